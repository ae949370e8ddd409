// Cells by keyboard and mouse: arrows move, Enter or a double click edits in the bar above.
"use strict";

const table = document.querySelector("table.grid");
const cellBox = document.querySelector("#cell");
const valueBox = document.querySelector("#value");
const choiceBox = document.querySelector("#choice");
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
  valueBox.readOnly = "guarded" in cell.dataset;
  guardedHint.hidden = !valueBox.readOnly;
  offer(cell);
}

// A cell with a dropdown is edited in a real one, which shows every choice whatever is there now.
function offer(cell) {
  const listed = document.getElementById(cell.dataset.choices ?? "");
  choiceBox.hidden = !listed || readOnly || valueBox.readOnly;
  valueBox.hidden = !choiceBox.hidden;
  if (choiceBox.hidden) return;
  const values = new Set(["", ...[...listed.options].map((one) => one.value), valueBox.value]);
  choiceBox.replaceChildren(...[...values].map((value) => new Option(value || "(vide)", value)));
  choiceBox.value = valueBox.value;
}

function edit(cell) {
  select(cell);
  if (readOnly || valueBox.readOnly) return;
  if (valueBox.hidden) { choiceBox.focus(); return; }
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
choiceBox.addEventListener("change", () => { valueBox.value = choiceBox.value; });
valueBox.form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target === choiceBox) valueBox.form.requestSubmit();
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
  if (table.dataset.active) start.focus();
  if (refused !== null) {
    valueBox.value = refused;
    offer(start);
    (valueBox.hidden ? choiceBox : valueBox).focus({ preventScroll: true });
  }
}
