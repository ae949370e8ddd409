// One cell as an element: its text, look, checkbox, dropdown mark, note and filter button.

import { a1, holds, letters } from "./sheet_places.js";

// The element of a cell; null where another cell of its merge is drawn.
export function cellOf(drawing, row, column, cells) {
  const { sheet } = drawing;
  const merge = sheet.mergeAt(row, column);
  if (merge && (merge[0] !== row || sheet.columns.shown(merge[1], 1) !== column)) return null;
  const told = cells?.get(merge ? merge[1] : column) ?? { text: "", look: "" };
  const element = box("gridcell", "sheet-cell");
  element.style.cssText = told.look ?? "";
  element.id = a1(row, column);
  element.dir = "auto";
  element.setAttribute("aria-colindex", column + 2);
  if (sheet.isGuarded(row, column)) element.setAttribute("aria-readonly", "true");
  place(drawing, element, row, column, merge);
  content(sheet, element, told, column, cells, merge);
  marks(sheet, element, told, row, column);
  return element;
}

function place(drawing, element, row, column, merge) {
  const { rows, columns } = drawing.sheet;
  const width = merge ? columns.start(merge[3]) - columns.start(column) : columns.size(column);
  drawing.placed(element, column, width);
  if (!merge) return;
  element.style.height = `${rows.start(merge[2]) - rows.start(row)}px`;
  element.classList.add("merged");
}

function content(sheet, element, told, column, cells, merge) {
  if (told.link) element.classList.add("linked");
  if (told.kind === "box") {
    element.append(box("img", told.on ? "tick on" : "tick"));
    element.lastChild.setAttribute("aria-label", told.on ? "cochée" : "non cochée");
    return;
  }
  const room = merge ? 0 : roomFor(sheet, told, column, cells);
  if (room <= sheet.columns.size(column)) {
    element.append(told.text);
    return;
  }
  const run = mark("sheet-run", told.text);
  run.removeAttribute("aria-hidden");
  run.style.width = `${room - 7}px`;
  if (/background/.test(told.look)) run.style.background = "inherit";
  element.classList.add("runs");
  element.append(run);
}

// A text longer than its cell runs on over empty neighbours, as on paper: how far it may go.
function roomFor(sheet, told, column, cells) {
  const wanted = told.text.length * 7.5 + 10;
  const stays = told.kind || /pre-wrap|overflow:clip|align:(right|center)/.test(told.look ?? "");
  let room = sheet.columns.size(column);
  if (stays || wanted <= room || column < sheet.shape.frozenColumns) return 0;
  for (let next = column + 1; next < sheet.shape.columns && room < wanted; next += 1) {
    const there = cells.get(next);
    if (there && (there.text || there.kind || /background/.test(there.look))) break;
    room += sheet.columns.size(next);
  }
  return Math.min(room, wanted + 40);
}

function marks(sheet, element, told, row, column) {
  if (told.kind === "list") element.append(mark("sheet-drop", "▾"));
  if (told.note) {
    element.append(mark("sheet-note", ""));
    element.title = told.note;
  }
  const { filter } = sheet.shape;
  if (filter && row === filter.box[0] && holds(filter.box, row, column)) {
    element.append(filterMark(column, filter.active.includes(column)));
  }
}

function filterMark(column, active) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.className = active ? "sheet-filter active" : "sheet-filter";
  button.dataset.filter = column;
  button.setAttribute("aria-label", `Filtrer la colonne ${letters(column)}${active ? " (filtre actif)" : ""}`);
  return button;
}

export function box(role, className, text = "") {
  const element = document.createElement("div");
  element.setAttribute("role", role);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

function mark(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  element.setAttribute("aria-hidden", "true");
  return element;
}
