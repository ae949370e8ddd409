// Editing a cell: in place (text, list, day) or in the bar above; ticking a checkbox.

import { a1 } from "./sheet_places.js";

export class Editing {
  constructor(sheet, pane) {
    this.sheet = sheet;
    this.place = pane.querySelector(".sheet-editor");
    this.bar = document.querySelector("#value");
    this.field = null;
    this.bar.addEventListener("focus", () => this.begin({ inBar: true }));
    this.bar.addEventListener("keydown", (event) => this.key(event));
    this.bar.addEventListener("blur", () => this.commit());
  }

  get on() {
    return this.field !== null;
  }

  // Begin at the current cell. `first` is what was typed over it; without it the content is kept.
  begin({ first = null, inBar = false } = {}) {
    if (this.on || (inBar && this.bar.readOnly) || !this.sheet.mayEdit()) return;
    const { row, column } = this.sheet.active;
    const told = this.sheet.store.cell(row, column);
    this.at = { row, column };
    this.old = told.typed ?? told.text;
    this.overwrites = first !== null;
    if (inBar) {
      this.field = this.bar;
      return;
    }
    this.field = fieldFor(told, first, this.old);
    this.field.id = "editor";
    this.field.setAttribute("aria-label", `Contenu de ${a1(row, column)}${told.choices ? ", au choix" : ""}`);
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.commit());
    this.field.addEventListener("input", () => { this.bar.value = this.field.value; });
    this.field.addEventListener("change", () => this.picked());
    this.place.replaceChildren(this.field);
    this.place.hidden = false;
    this.follow();
    this.field.focus({ preventScroll: true });
    if (this.field.tagName === "TEXTAREA") this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  // Keep the field over its cell.
  follow() {
    const cell = this.on && document.getElementById(a1(this.at.row, this.at.column));
    if (!cell || this.field === this.bar) return;
    const [inner, outer] = [cell.getBoundingClientRect(), this.place.parentElement.getBoundingClientRect()];
    const least = this.field.tagName === "SELECT" ? 180 : inner.width;
    const left = Math.max(0, Math.min(inner.left - outer.left, outer.width - least));
    this.place.style.left = `${left}px`;
    this.place.style.top = `${inner.top - outer.top}px`;
    this.place.style.minWidth = `${Math.min(least, outer.width)}px`;
    this.place.style.minHeight = `${inner.height}px`;
    if (this.field.tagName === "TEXTAREA") this.grow(outer.width - left);
  }

  grow(most) {
    const lines = this.field.value.split("\n");
    const longest = Math.max(...lines.map((line) => line.length));
    this.field.style.width = `${Math.min(Math.max(parseFloat(this.place.style.minWidth), longest * 8 + 24), most)}px`;
    this.field.style.height = "auto";
    this.field.style.height = `${Math.max(this.field.scrollHeight, parseFloat(this.place.style.minHeight))}px`;
  }

  key(event) {
    if (event.isComposing || !this.on) return;
    if (event.key === "Enter" && event.altKey && this.field.tagName === "TEXTAREA") {
      this.field.setRangeText("\n", this.field.selectionStart, this.field.selectionEnd, "end");
      this.field.dispatchEvent(new Event("input"));
      this.follow();
      event.preventDefault();
      return;
    }
    this.byKey = event.key.startsWith("Arrow");
    const step = this.stepAfter(event);
    event.stopPropagation();
    if (event.key === "Escape") this.cancel();
    else if (step) this.commit(step);
    else {
      requestAnimationFrame(() => this.follow());
      return;
    }
    event.preventDefault();
  }

  // Where to go after this key; null when it is for the field itself.
  stepAfter(event) {
    if (event.key === "Enter") return event.shiftKey ? [-1, 0] : [1, 0];
    if (event.key === "Tab") return event.shiftKey ? [0, -1] : [0, 1];
    const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    return this.overwrites && this.field !== this.bar ? arrows[event.key] ?? null : null;
  }

  // A choice made with a pointer is final; with arrows one may still go on.
  picked() {
    const final = this.field?.tagName === "SELECT" && !this.byKey;
    if (final) this.commit([0, 0]);
    this.byKey = false;
  }

  end() {
    const { field } = this;
    this.field = null;
    this.place.hidden = true;
    this.place.replaceChildren();
    return field.value;
  }

  cancel() {
    if (!this.on) return;
    this.end();
    this.sheet.showContent();
    this.sheet.focus();
  }

  commit(step = null) {
    if (!this.on) return;
    const { at, old } = this;
    const value = this.end();
    if (step) {
      this.sheet.move(...step);
      this.sheet.focus();
    }
    if (value !== old) this.sheet.write(at.row, at.column, [[value]]);
    else this.sheet.showContent();
  }

  // Tick or untick the checkboxes among the chosen cells; false when the current one is none.
  toggle() {
    const { row, column } = this.sheet.active;
    const told = this.sheet.store.cell(row, column);
    if (told.kind !== "box") return false;
    if (this.sheet.mayEdit()) this.sheet.write(row, column, [[told.on ? told.no : told.yes]]);
    return true;
  }
}

function fieldFor(told, first, old) {
  if (told.choices && first === null) return listOf(told.choices, old);
  const day = told.kind === "date" && first === null && (told.day || !old);
  const field = document.createElement(day ? "input" : "textarea");
  if (day) field.type = "date";
  field.rows = 1;
  field.value = day ? told.day : first ?? old;
  field.spellcheck = false;
  field.autocomplete = "off";
  return field;
}

// A list in which everything on offer is seen at once; what is there now stays possible.
function listOf(choices, old) {
  const list = document.createElement("select");
  const values = [...new Set(["", ...choices, old])];
  list.append(...values.map((value) => new Option(value || "(vide)", value, false, value === old)));
  list.size = Math.min(Math.max(values.length, 2), 9);
  return list;
}
