// The grid by keyboard: moving, choosing, editing, copying and pasting.

import { fromLines, toLines } from "./sheet_places.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function listenToKeys(sheet) {
  const { grid } = sheet.drawing;
  let leaving = false; // Escape, then Tab: out of the grid
  grid.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && leaving) return;
    leaving = event.key === "Escape" || (leaving && event.key === "Shift");
    if (moved(sheet, event) || acted(sheet, event)) event.preventDefault();
    else if (typing(event)) sheet.editing.begin({ first: "" }); // the key itself goes on into the field
  });
  grid.addEventListener("blur", () => { leaving = false; });
  grid.addEventListener("copy", (event) => copied(sheet, event));
  grid.addEventListener("cut", (event) => { if (copied(sheet, event)) erase(sheet); });
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (text) paste(sheet, fromLines(text));
    event.preventDefault();
  });
  listenToNameBox(sheet);
}

function moved(sheet, event) {
  const { key, shiftKey } = event;
  const far = event.ctrlKey || event.metaKey;
  const { row, column } = shiftKey ? sheet.corner : sheet.active;
  const { rows, columns } = sheet;
  const page = Math.max(1, Math.floor(sheet.drawing.scroll.clientHeight / rows.usual) - 3);
  if (key === "Tab") sheet.move(0, shiftKey ? -1 : 1);
  else if (event.altKey) return false;
  else if (ARROWS[key] && far) jump(sheet, ...ARROWS[key], shiftKey);
  else if (ARROWS[key]) sheet.move(...ARROWS[key], shiftKey);
  else if (key === "PageDown" || key === "PageUp") sheet.move(key === "PageUp" ? -page : page, 0, shiftKey);
  else if (key === "Home") sheet.choose(far ? rows.shown(0, 1) : row, columns.shown(0, 1), { extend: shiftKey });
  else if (key === "End") sheet.choose(far ? rows.shown(sheet.shape.rows - 1, -1) : row, columns.shown(sheet.shape.columns - 1, -1), { extend: shiftKey });
  else if (key.toLowerCase() === "a" && far) sheet.chooseBox([0, 0, sheet.shape.rows, sheet.shape.columns]);
  else return false;
  return Boolean(column >= 0);
}

// With Ctrl: to the end of what is filled (as far as it is here), or to the next filled cell.
function jump(sheet, down, across, extend) {
  let { row, column } = extend ? sheet.corner : sheet.active;
  const filled = (r, c) => sheet.store.cell(r, c).text !== "";
  let next = [sheet.rows.step(row, down), sheet.columns.step(column, across)];
  const through = filled(row, column) && filled(...next);
  while (next[0] !== row || next[1] !== column) {
    if (through && !filled(...next)) break;
    [row, column] = next;
    if (!through && filled(row, column)) break;
    next = [sheet.rows.step(row, down), sheet.columns.step(column, across)];
  }
  sheet.choose(row, column, { extend });
}

function acted(sheet, event) {
  const { row, column } = sheet.active;
  if (event.altKey && event.key === "ArrowDown") {
    if (!sheet.menus.openAt(row, column)) sheet.editing.begin();
    return true;
  }
  if (event.key === "Enter" || event.key === "F2") {
    if (!sheet.editing.toggle()) sheet.editing.begin();
    return true;
  }
  if (event.key === " " && sheet.editing.toggle()) return true;
  if (event.key === "Delete" || event.key === "Backspace") {
    erase(sheet);
    return true;
  }
  return false;
}

const typing = (event) =>
  !event.ctrlKey && !event.metaKey && (event.key.length === 1 || event.key === "Dead" || event.key === "Process");

// The same text in every shown cell that is chosen; `null` leaves the hidden ones as they are.
function fillOf(sheet, text) {
  const [top, left, bottom, right] = sheet.chosen;
  const hidden = (row, column) => sheet.rows.hidden.has(row) || sheet.columns.hidden.has(column);
  return Array.from({ length: bottom - top }, (_, down) =>
    Array.from({ length: right - left }, (__, across) => (hidden(top + down, left + across) ? null : text)));
}

function block(sheet) {
  const [top, left, bottom, right] = sheet.chosen;
  const found = [];
  for (let row = top; row < bottom; row += 1) {
    if (sheet.rows.hidden.has(row)) continue;
    const line = [];
    for (let column = left; column < right; column += 1) {
      if (!sheet.columns.hidden.has(column)) line.push(sheet.store.cell(row, column).text);
    }
    found.push(line);
  }
  return found;
}

function copied(sheet, event) {
  const [top, , bottom] = sheet.chosen;
  event.preventDefault();
  for (let row = top; row < bottom; row += 1) {
    if (sheet.store.row(row)) continue;
    sheet.say("Toutes les lignes choisies ne sont pas encore chargées : rien n’a été copié.");
    return false;
  }
  event.clipboardData.setData("text/plain", toLines(block(sheet)));
  return true;
}

// One value fills everything that is chosen; a block goes where it begins.
function paste(sheet, values) {
  const [top, left] = sheet.chosen;
  const one = values.length === 1 && values[0].length === 1;
  if (sheet.mayEdit()) sheet.write(top, left, one ? fillOf(sheet, values[0][0]) : values);
}

function erase(sheet) {
  const [top, left] = sheet.chosen;
  if (sheet.mayEdit()) sheet.write(top, left, fillOf(sheet, ""));
}

// The box that names the current cell also leads to another one.
function listenToNameBox(sheet) {
  const { nameBox } = sheet;
  nameBox.addEventListener("focus", () => nameBox.select());
  nameBox.addEventListener("keydown", (event) => {
    if (event.key === "Escape") sheet.showContent();
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (sheet.goto(nameBox.value)) sheet.focus();
    else sheet.say("Indiquez une cellule de cette feuille, par exemple C5.");
  });
  nameBox.addEventListener("blur", () => sheet.showContent());
}
