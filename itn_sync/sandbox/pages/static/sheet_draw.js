// Draws the part of a tab that is in sight: rows and cells come and go as it scrolls.

import { box, cellOf } from "./sheet_cells.js";
import { a1, holds, letters } from "./sheet_places.js";

const MARGIN = 250; // pixels drawn beyond what is in sight
const HEADER = 46; // width of the row numbers

export class Drawing {
  constructor(sheet, scroll) {
    this.sheet = sheet;
    this.scroll = scroll;
    this.canvas = scroll.querySelector(".sheet-canvas");
    this.grid = scroll.querySelector("[role=grid]");
    this.head = this.grid.querySelector(".sheet-head");
    this.body = this.grid.querySelector(".sheet-body");
    this.rows = new Map();
    this.cells = new Map();
    this.version = 0;
    scroll.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(scroll);
    this.size();
  }

  // Draw everything again, at the next frame.
  refresh() {
    this.version += 1;
    this.size();
    this.later();
  }

  later() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      this.draw();
    });
  }

  get headHeight() {
    return this.letterHeight + this.sheet.rows.start(this.sheet.shape.frozenRows);
  }

  get letterHeight() {
    return this.sheet.rows.usual;
  }

  // Pixels of the frozen columns, row numbers included.
  get sideWidth() {
    return HEADER + this.sheet.columns.start(this.sheet.shape.frozenColumns);
  }

  // Give the canvas the size of the whole tab, so that it can scroll anywhere.
  size() {
    const { rows, columns, shape } = this.sheet;
    this.grid.style.width = `${HEADER + columns.total}px`;
    this.head.style.height = `${this.headHeight}px`;
    this.body.style.height = `${rows.total - rows.start(shape.frozenRows)}px`;
  }

  draw() {
    const { rows, shape } = this.sheet;
    const frozen = rows.start(shape.frozenRows);
    const from = this.scroll.scrollTop + frozen - MARGIN;
    const seen = rows.within(Math.max(from, frozen), from + this.scroll.clientHeight + 2 * MARGIN, shape.frozenRows);
    const top = rows.within(0, frozen).filter((row) => row < shape.frozenRows);
    this.across = this.columnsInSight();
    this.sheet.store.need([...top, ...seen]);
    this.drawLetters();
    const wanted = new Set([...top, ...this.withMerges(seen)]);
    for (const [row, line] of this.rows) if (!wanted.has(row)) this.drop(row, line);
    wanted.forEach((row) => this.line(row, row < shape.frozenRows ? this.letterHeight : -frozen));
    this.mark();
    this.sheet.drawn();
  }

  // A merged cell is drawn by its first row, which may be above what is in sight.
  withMerges(seen) {
    const first = seen[0] ?? 0;
    const origins = this.sheet.shape.merges.filter(([top, , bottom]) => top < first && bottom > first);
    return [...origins.map(([top]) => top).filter((top) => top >= this.sheet.shape.frozenRows), ...seen];
  }

  columnsInSight() {
    const { columns, shape } = this.sheet;
    const fixed = columns.start(shape.frozenColumns);
    const from = this.scroll.scrollLeft + fixed - MARGIN;
    const free = columns.within(Math.max(from, fixed), from + this.scroll.clientWidth + 2 * MARGIN, shape.frozenColumns);
    const start = Math.floor((free[0] ?? 0) / 4) * 4; // in steps, so that few scrolls draw anew
    const shown = new Set(free);
    for (let one = Math.max(start, shape.frozenColumns); one < (free[0] ?? 0); one += 1) {
      if (!columns.hidden.has(one)) shown.add(one);
    }
    for (const [, left, , right] of shape.merges) {
      if (left < (free[0] ?? 0) && right > (free[0] ?? 0) && !columns.hidden.has(left)) shown.add(left);
    }
    const kept = columns.within(0, fixed).filter((column) => column < shape.frozenColumns);
    return [...kept, ...[...shown].filter((column) => !kept.includes(column)).sort((a, b) => a - b)];
  }

  drop(row, line) {
    line.cells.forEach((_, column) => this.cells.delete(a1(row, column)));
    line.element.remove();
    this.rows.delete(row);
  }

  drawLetters() {
    const key = `${this.version}/${this.across.join()}`;
    if (this.lettersDrawn === key) return;
    this.lettersDrawn = key;
    this.letters ??= this.head.appendChild(box("row", "sheet-row letters"));
    const corner = box("columnheader", "sheet-number");
    corner.append(box("none", "visually-hidden", "Lignes"));
    const names = this.across.map((column) => {
      const name = this.placed(box("columnheader", "sheet-letter", letters(column)), column);
      name.dataset.column = column;
      name.setAttribute("aria-colindex", column + 2);
      return name;
    });
    this.letters.setAttribute("aria-rowindex", 1);
    this.letters.replaceChildren(corner, ...names);
    this.letters.style.height = `${this.letterHeight}px`;
  }

  // Put an element at its column: frozen ones stay in sight by themselves.
  placed(element, column, width = this.sheet.columns.size(column)) {
    const { columns, shape } = this.sheet;
    const fixed = column < shape.frozenColumns;
    element.classList.toggle("fixed", fixed);
    element.classList.toggle("last-fixed", column === shape.frozenColumns - 1);
    element.style.left = `${HEADER + columns.start(column)}px`;
    element.style.width = `${width}px`;
    return element;
  }

  line(row, shift) {
    const cells = this.sheet.store.row(row);
    const key = `${this.version}/${this.sheet.store.edition(row)}/${this.across[0]}-${this.across.at(-1)}-${this.across.length}`;
    const known = this.rows.get(row);
    const place = `${this.sheet.rows.start(row) + shift}/${this.sheet.rows.size(row)}`;
    if (known?.key === key && known.place === place) return;
    if (known) this.drop(row, known);
    const element = box("row", row < this.sheet.shape.frozenRows ? "sheet-row frozen" : "sheet-row");
    element.setAttribute("aria-rowindex", row + 2);
    element.style.top = `${this.sheet.rows.start(row) + shift}px`;
    element.style.height = `${this.sheet.rows.size(row)}px`;
    const number = box("rowheader", "sheet-number", String(row + 1));
    number.dataset.row = row;
    const drawn = new Map();
    for (const column of this.across) {
      const cell = cellOf(this, row, column, cells);
      if (!cell) continue;
      drawn.set(column, cell);
      this.cells.set(cell.id, cell);
    }
    element.append(number, ...drawn.values());
    element.setAttribute("aria-busy", cells ? "false" : "true");
    (row < this.sheet.shape.frozenRows ? this.head : this.body).append(element);
    this.rows.set(row, { element, cells: drawn, key, place });
  }

  // Show which cells are chosen, and which one is the current one.
  mark() {
    const { active, chosen } = this.sheet;
    for (const [row, line] of this.rows) {
      for (const [column, element] of line.cells) {
        const current = row === active.row && column === active.column;
        element.classList.toggle("active", current);
        element.classList.toggle("chosen", !current && holds(chosen, row, column));
        element.setAttribute("aria-selected", String(holds(chosen, row, column)));
      }
      const inside = chosen[0] <= row && row < chosen[2];
      line.element.firstChild.classList.toggle("inside", inside);
    }
    for (const name of this.letters?.children ?? []) {
      const column = Number(name.dataset.column ?? -1);
      name.classList.toggle("inside", chosen[1] <= column && column < chosen[3]);
    }
    const id = a1(active.row, active.column);
    if (this.cells.has(id)) this.grid.setAttribute("aria-activedescendant", id);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  // Row and column under a point of the window; -1 on the headings.
  under(x, y) {
    const area = this.scroll.getBoundingClientRect();
    const [right, down] = [x - area.left, y - area.top];
    const { rows, columns } = this.sheet;
    const across = right < this.sideWidth ? right - HEADER : right - HEADER + this.scroll.scrollLeft;
    const along = down < this.headHeight ? down - this.letterHeight : down - this.letterHeight + this.scroll.scrollTop;
    return {
      row: along < 0 ? -1 : rows.at(Math.min(along, rows.total - 1)),
      column: across < 0 ? -1 : columns.at(Math.min(across, columns.total - 1)),
    };
  }

  // Scroll as little as needed to see the cell.
  reveal(row, column) {
    const { rows, columns, shape } = this.sheet;
    const view = { width: this.scroll.clientWidth, height: this.scroll.clientHeight };
    if (row >= shape.frozenRows) {
      const start = rows.start(row) + this.letterHeight;
      const end = start + rows.size(row);
      if (start < this.scroll.scrollTop + this.headHeight) this.scroll.scrollTop = start - this.headHeight;
      else if (end > this.scroll.scrollTop + view.height) this.scroll.scrollTop = end - view.height;
    }
    if (column >= shape.frozenColumns) {
      const start = columns.start(column) + HEADER;
      const end = start + Math.min(columns.size(column), view.width - this.sideWidth);
      if (start < this.scroll.scrollLeft + this.sideWidth) this.scroll.scrollLeft = start - this.sideWidth;
      else if (end > this.scroll.scrollLeft + view.width) this.scroll.scrollLeft = end - view.width;
    }
  }
}
