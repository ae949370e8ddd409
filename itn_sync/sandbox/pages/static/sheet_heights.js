// Rows with wrapped text are as high as their text needs, once it is known.

const pen = document.createElement("canvas").getContext("2d");
const LINE = 18;
const PADDING = 11; // left and right

// Fit the rows that have arrived; what is in sight stays where it is. Answers whether any changed.
export function fitRows(sheet) {
  const { rows, store, drawing } = sheet;
  const { scroll } = drawing;
  const anchor = rows.at(scroll.scrollTop + rows.start(sheet.shape.frozenRows));
  const offset = scroll.scrollTop - rows.start(anchor);
  let touched = false;
  for (const chunk of store.chunks.values()) {
    if (chunk.fitted) continue;
    chunk.fitted = true;
    for (const [row, cells] of chunk) touched = fit(sheet, row, cells) || touched;
  }
  if (!touched) return false;
  rows.rebuild();
  if (scroll.scrollTop) scroll.scrollTop = rows.start(anchor) + offset;
  return true;
}

function fit(sheet, row, cells) {
  const { rows, columns } = sheet;
  if (rows.fixed.has(row) || rows.hidden.has(row)) return false;
  let height = rows.usual;
  for (const [column, cell] of cells) {
    if (!cell.text || !cell.look.includes("pre-wrap") || columns.hidden.has(column)) continue;
    const merge = sheet.mergeAt(row, column);
    const width = merge ? columns.start(merge[3]) - columns.start(merge[1]) : columns.size(column);
    const extra = filterRoom(sheet, row, column);
    height = Math.max(height, lines(cell, width - PADDING - extra) * LINE + rows.usual - LINE);
  }
  if (height === rows.size(row)) return false;
  rows.sizes.set(row, height);
  return true;
}

const filterRoom = (sheet, row, column) => {
  const box = sheet.shape.filter?.box;
  return box && row === box[0] && box[1] <= column && column < box[3] ? 14 : 0;
};

// How many lines a text takes at that width, broken between words.
function lines(cell, width) {
  pen.font = `${cell.look.includes("font-weight") ? "600 " : ""}13.5px system-ui, "Noto Sans", sans-serif`;
  let count = 0;
  for (const paragraph of cell.text.split("\n")) {
    let used = Infinity;
    for (const word of paragraph.split(/(?<=[\s-])/)) {
      const size = pen.measureText(word).width;
      if (used + size <= width) used += size;
      else {
        count += Math.max(1, Math.ceil(size / width));
        used = size % width;
      }
    }
  }
  return count;
}
