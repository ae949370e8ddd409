// The grid by mouse and finger: choosing, editing, whole lines, widths of columns.

const EDGE = 6; // pixels beside a letter's border that take hold of it

export function listenToPointer(sheet) {
  const { grid, scroll } = sheet.drawing;
  let tapped = "";
  grid.addEventListener("pointerdown", (event) => {
    const target = event.target.closest("[data-filter]");
    if (target || event.button !== 0) return;
    if (event.target.closest(".sheet-letter") && resizes(sheet, event)) return;
    if (event.pointerType !== "touch") choosing(sheet, event);
  });
  grid.addEventListener("click", (event) => {
    const filter = event.target.closest("[data-filter]");
    if (filter) sheet.menus.filter(Number(filter.dataset.filter), filter);
    else if (event.pointerType === "touch") tapped = tap(sheet, event, tapped);
  });
  grid.addEventListener("dblclick", (event) => {
    const { row, column } = sheet.drawing.under(event.clientX, event.clientY);
    const told = sheet.store.cell(row, column);
    if (row >= 0 && column >= 0 && told.kind !== "box" && !event.target.closest("[data-filter]")) sheet.editing.begin();
  });
  scroll.addEventListener("contextmenu", (event) => {
    const { row, column } = sheet.drawing.under(event.clientX, event.clientY);
    if (event.pointerType === "touch" || (row < 0 && column < 0)) return;
    event.preventDefault();
    if (!inside(sheet, row, column)) choose(sheet, row, column, false);
    sheet.menus.context(event.clientX, event.clientY);
  });
}

function inside(sheet, row, column) {
  const [top, left, bottom, right] = sheet.chosen;
  return (row < 0 || (top <= row && row < bottom)) && (column < 0 || (left <= column && column < right));
}

// A cell, or the whole line when it is a heading.
function choose(sheet, row, column, extend) {
  const { shape } = sheet;
  if (row < 0 && column < 0) sheet.chooseBox([0, 0, shape.rows, shape.columns]);
  else if (row < 0) sheet.chooseBox([0, extend ? Math.min(column, sheet.active.column) : column, shape.rows, 1 + (extend ? Math.max(column, sheet.active.column) : column)]);
  else if (column < 0) sheet.chooseBox([extend ? Math.min(row, sheet.active.row) : row, 0, 1 + (extend ? Math.max(row, sheet.active.row) : row), shape.columns]);
  else sheet.choose(row, column, { extend });
}

// Choose from where the button goes down to where it comes up.
function choosing(sheet, event) {
  const from = sheet.drawing.under(event.clientX, event.clientY);
  choose(sheet, from.row, from.column, event.shiftKey);
  event.preventDefault();
  sheet.focus();
  ticks(sheet, event, from);
  if (from.row < 0 || from.column < 0) return;
  const drag = (move) => {
    const to = sheet.drawing.under(move.clientX, move.clientY);
    const same = to.row === sheet.corner.row && to.column === sheet.corner.column;
    if (to.row >= 0 && to.column >= 0 && !same) sheet.choose(to.row, to.column, { extend: true });
  };
  held(drag);
}

function ticks(sheet, event, at) {
  if (event.target.closest(".tick") && sheet.active.row === at.row && sheet.active.column === at.column) {
    sheet.editing.toggle();
  }
}

// The first tap chooses a cell, the second one edits it.
function tap(sheet, event, before) {
  const { row, column } = sheet.drawing.under(event.clientX, event.clientY);
  const here = `${row}/${column}`;
  const told = sheet.store.cell(row, column);
  choose(sheet, row, column, false);
  sheet.focus();
  if (row < 0 || column < 0) return "";
  if (told.kind === "box") sheet.editing.toggle();
  else if (here === before) sheet.editing.begin();
  return here;
}

// Drag the border of a letter: the column gets that width.
function resizes(sheet, event) {
  const letter = event.target.closest(".sheet-letter");
  const area = letter.getBoundingClientRect();
  if (area.right - event.clientX > EDGE || !sheet.writable) return false;
  const column = Number(letter.dataset.column);
  let width = area.width;
  event.preventDefault();
  held((move) => {
    width = Math.max(24, Math.round(move.clientX - area.left));
    sheet.columns.sizes.set(column, width);
    sheet.columns.rebuild();
    sheet.drawing.refresh();
  }, () => sheet.change("resize", { dimension: "COLUMNS", start: column, end: column + 1, pixels: width }));
  return true;
}

function held(drag, done = () => {}) {
  window.addEventListener("pointermove", drag);
  window.addEventListener("pointerup", () => {
    window.removeEventListener("pointermove", drag);
    done();
  }, { once: true });
}
