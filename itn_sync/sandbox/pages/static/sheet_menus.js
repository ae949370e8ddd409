// The tools above the grid, the menu under the right button, and the filter of a column.

import { letters } from "./sheet_places.js";

export class Menus {
  constructor(sheet) {
    this.sheet = sheet;
    this.dialog = document.querySelector("#filtre");
    this.list = this.dialog.querySelector(".values");
    document.querySelectorAll("[popovertarget]").forEach((button) => {
      const menu = document.getElementById(button.getAttribute("popovertarget"));
      menu.addEventListener("beforetoggle", (event) => {
        if (event.newState === "open") this.prepare(menu, button);
      });
    });
    document.addEventListener("click", (event) => {
      const { action } = event.target.closest("[data-action]")?.dataset ?? {};
      if (!action) return;
      event.target.closest("[popover]")?.hidePopover();
      if (action === "filter") this.toggleFilter();
      else this.act(action);
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.apply(event));
    this.dialog.addEventListener("close", () => sheet.focus());
    this.dialog.querySelector("#toutes").addEventListener("change", (event) => {
      this.boxes().forEach((box) => { box.checked = event.target.checked; });
    });
    this.filterButton();
  }

  filterButton() {
    const button = document.querySelector("[data-action=filter]");
    button.setAttribute("aria-pressed", String(Boolean(this.sheet.shape.filter)));
  }

  // Put a menu under its button, and say in it what is chosen.
  prepare(menu, button) {
    const area = button.getBoundingClientRect();
    this.put(menu, area.left, area.bottom + 4);
    this.name(menu);
  }

  put(menu, x, y) {
    menu.style.left = `${Math.max(8, Math.min(x, innerWidth - 270))}px`;
    menu.style.top = `${y}px`;
    menu.style.maxHeight = `${Math.max(160, innerHeight - y - 12)}px`;
  }

  name(menu) {
    const [top, left, bottom, right] = this.sheet.chosen;
    const named = {
      rows: lines("ligne", top + 1, bottom),
      columns: lines("colonne", letters(left), letters(right - 1)),
    };
    const last = { rows: `la ligne ${bottom}`, columns: `la colonne ${letters(right - 1)}` };
    menu.querySelectorAll("[data-what]").forEach((place) => {
      const [kind, before] = place.dataset.what.split("-").reverse();
      const whole = before === "last" ? last[kind] : named[kind];
      place.textContent = before === "of" ? `de ${whole}`.replace("de les ", "des ") : whole;
    });
  }

  context(x, y) {
    const menu = document.querySelector("#menu-cellule");
    this.name(menu);
    menu.showPopover();
    this.put(menu, x, Math.min(y, innerHeight - menu.offsetHeight - 8));
    menu.querySelector("button").focus();
  }

  // Open the filter of the column if the cell is in the filter's heading.
  openAt(row, column) {
    const box = this.sheet.shape.filter?.box;
    if (!box || row !== box[0] || column < box[1] || column >= box[3]) return false;
    this.filter(column);
    return true;
  }

  async act(name) {
    const { sheet } = this;
    const [top, left, bottom, right] = sheet.chosen;
    const [kind, where] = name.split("-");
    const rows = where?.startsWith("row");
    const [start, end] = rows ? [top, bottom] : [left, right];
    const span = { dimension: rows ? "ROWS" : "COLUMNS", start, end };
    if (kind === "before") await sheet.change("insert", { ...span, inherit: false });
    if (kind === "after") await sheet.change("insert", { ...span, start: end, end: end + end - start, inherit: true });
    if (kind === "delete" && this.sure(rows, start, end)) await sheet.change("delete", span);
    if (kind === "hide") await sheet.change("hide", { ...span, hidden: true });
    if (kind === "show") await sheet.change("hide", { ...span, start: 0, end: rows ? sheet.shape.rows : sheet.shape.columns, hidden: false });
    if (kind === "freeze") await this.freeze(rows, end);
    if (kind === "unfreeze") await this.freeze(rows, 0);
    if (kind === "sort") await sheet.change("sort", { column: sheet.active.column, descending: where === "down" });
    if (kind === "column") await this.filter(sheet.active.column);
    else sheet.focus();
    this.filterButton();
  }

  freeze(rows, count) {
    const { frozenRows, frozenColumns } = this.sheet.shape;
    return this.sheet.change("freeze", rows ? { rows: count, columns: frozenColumns } : { rows: frozenRows, columns: count });
  }

  sure(rows, start, end) {
    const what = rows ? lines("ligne", start + 1, end) : lines("colonne", letters(start), letters(end - 1));
    return confirm(`Supprimer ${what} ? Cela ne peut pas être annulé ici.`);
  }

  // One filter for the tab: over what is chosen, or from the frozen heading to the end.
  async toggleFilter() {
    const { sheet } = this;
    const { shape, chosen } = sheet;
    const block = chosen[2] - chosen[0] > 1;
    const whole = [Math.max(shape.frozenRows - 1, 0), 0, shape.rows, shape.columns];
    if (shape.filter) await sheet.change("unfilter", {});
    else await sheet.change("filter", { box: block ? chosen : whole });
    this.filterButton();
    sheet.focus();
  }

  // Which values of the column are to be seen.
  async filter(column) {
    const { sheet } = this;
    if (!sheet.shape.filter) await this.toggleFilter();
    if (!sheet.shape.filter) return;
    this.column = column;
    this.dialog.querySelector("h2").textContent = `Filtrer la colonne ${letters(column)}`;
    try {
      const { values } = await sheet.store.get("choices", { column });
      this.list.replaceChildren(...values.map(option));
    } catch (error) {
      sheet.refused(error);
      return;
    }
    this.dialog.querySelector("#toutes").checked = this.boxes().every((box) => box.checked);
    this.dialog.showModal();
  }

  boxes() {
    return [...this.list.querySelectorAll("input")];
  }

  async apply(event) {
    event.preventDefault();
    const chosen = event.submitter?.value;
    this.dialog.close();
    if (chosen === "up" || chosen === "down") {
      await this.sheet.change("sort", { column: this.column, descending: chosen === "down" });
    } else if (chosen === "apply") {
      const hidden = this.boxes().filter((box) => !box.checked).map((box) => box.value);
      await this.sheet.change("criteria", { column: this.column, hidden });
    }
  }
}

// `la ligne 2`, `les lignes 2 à 5`.
function lines(word, first, last) {
  return first === last ? `la ${word} ${first}` : `les ${word}s ${first} à ${last}`;
}

function option({ text, count, shown }) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = text;
  box.checked = shown;
  const name = document.createElement("span");
  name.dir = "auto";
  name.textContent = text || "(vide)";
  const times = document.createElement("span");
  times.className = "quiet";
  times.textContent = count;
  label.append(box, name, times);
  return label;
}
