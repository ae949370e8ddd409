// The shape of a tab: where its rows and columns lie, what is merged, what is protected.

import { Axis } from "./sheet_axis.js";
import { a1, holds } from "./sheet_places.js";

const ROW = matchMedia("(pointer: coarse)").matches ? 34 : 26;

export class Tab {
  take(shape) {
    this.shape = shape;
    const heights = Object.entries(shape.heights).map(([row, size]) => [row, Math.max(size, ROW)]);
    this.rows = new Axis(shape.rows, ROW, Object.fromEntries(heights), [...shape.hiddenRows, ...shape.filteredRows]);
    this.columns = new Axis(shape.columns, 100, shape.widths, shape.hiddenColumns);
    this.merged = new Map();
    for (const merge of shape.merges) {
      for (let row = merge[0]; row < merge[2]; row += 1) {
        for (let column = merge[1]; column < merge[3]; column += 1) this.merged.set(`${row}/${column}`, merge);
      }
    }
  }

  // The first cell that is not a heading.
  first() {
    const row = this.rows.shown(Math.min(this.shape.frozenRows, this.shape.rows - 1), 1);
    return a1(row, this.columns.shown(0, 1));
  }

  mergeAt(row, column) {
    return this.merged.get(`${row}/${column}`);
  }

  // The protection that keeps this person from changing the cell.
  guardAt(row, column) {
    const covers = (guard) => holds(guard.box, row, column) && !guard.free.some((box) => holds(box, row, column));
    return this.shape.guards.find(covers);
  }

  isGuarded(row, column) {
    return Boolean(this.guardAt(row, column));
  }
}
