// Cells by keyboard and mouse: arrows move, Enter or a double click edits in the bar above.
"use strict";

const table = document.querySelector("table.grid");
const cellBox = document.querySelector("#cell");
const valueBox = document.querySelector("#value");
const guardedHint = document.querySelector("#protegee");
const readOnly = "readonly" in table.dataset;

function select(cell) {
  table.querySelectorAll("td.active").forEach((other) => {
    other.classList.remove("active");
    other.tabIndex = -1;
  });
  cell.classList.add("active");
  cell.tabIndex = 0;
  cellBox.value = cell.id;
  valueBox.value = cell.dataset.typed ?? cell.textContent;
  valueBox.setAttribute("list", cell.dataset.choices ?? "");
  valueBox.readOnly = "guarded" in cell.dataset;
  guardedHint.hidden = !valueBox.readOnly;
}

function edit(cell) {
  select(cell);
  if (readOnly || valueBox.readOnly) return;
  valueBox.focus();
  valueBox.select();
}

function neighbour(cell, key) {
  const rows = [...table.querySelectorAll("tr:not(.letters)")];
  const line = rows.indexOf(cell.parentElement);
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!step) return null;
  const target = rows[line + step[0]]?.children[cell.cellIndex + step[1]];
  return target?.matches("td[id]") ? target : null;
}

table.addEventListener("click", (event) => {
  const cell = event.target.closest("td[id]");
  if (cell) { select(cell); cell.focus({ preventScroll: true }); }
});
table.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("td[id]");
  if (cell) edit(cell);
});
table.addEventListener("keydown", (event) => {
  const cell = event.target.closest("td[id]");
  if (!cell) return;
  const next = neighbour(cell, event.key);
  if (next) { event.preventDefault(); select(next); next.focus(); }
  if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); edit(cell); }
});
valueBox.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const cell = document.getElementById(cellBox.value);
  if (cell) { select(cell); cell.focus(); }
});
cellBox.addEventListener("change", () => {
  const cell = document.getElementById(cellBox.value.trim().toUpperCase());
  if (cell?.matches("td[id]")) select(cell);
});
document.querySelector("#user").addEventListener("change", (event) => event.target.form.submit());

const start = document.getElementById(table.dataset.active.toUpperCase())
  ?? table.querySelector("tbody td[id]") ?? table.querySelector("td[id]");
if (start) {
  const refused = valueBox.dataset.refused ? valueBox.value : null;
  select(start);
  if (refused !== null) { valueBox.value = refused; valueBox.focus(); }
  else if (table.dataset.active) start.focus();
}
