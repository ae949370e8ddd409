// The spreadsheet on its page: its shape, what is chosen, and what happens to it.

import { showCharts } from "./sheet_charts.js";
import { Drawing } from "./sheet_draw.js";
import { Editing } from "./sheet_edit.js";
import { fitRows } from "./sheet_heights.js";
import { listenToKeys } from "./sheet_keys.js";
import { Menus } from "./sheet_menus.js";
import { a1, boxOf } from "./sheet_places.js";
import { listenToPointer } from "./sheet_pointer.js";
import { Refusal, Store } from "./sheet_store.js";
import { Tab } from "./sheet_tab.js";

export class Sheet extends Tab {
  constructor(page) {
    super();
    const { base, user, gid, cell, writable } = page.dataset;
    this.page = page;
    this.writable = writable === "oui";
    this.store = new Store(base, user, gid);
    this.store.changed = () => this.arrived();
    this.store.failed = (error) => this.refused(error);
    this.start = cell;
    this.pane = page.querySelector(".sheet-pane");
    this.nameBox = page.querySelector("#cell");
    this.bar = page.querySelector("#value");
    this.hint = page.querySelector("#etat");
    this.alert = page.querySelector("#refus");
    this.active = { row: 0, column: 0 };
    this.chosen = [0, 0, 1, 1];
  }

  async open() {
    this.reshape(await this.store.get("tab"));
    this.drawing = new Drawing(this, this.pane.querySelector(".sheet-scroll"));
    this.editing = new Editing(this, this.pane);
    this.menus = new Menus(this);
    listenToKeys(this);
    listenToPointer(this);
    if (!this.goto(this.start)) this.goto(this.first());
    if (this.start) this.focus();
    showCharts(this);
    this.page.dataset.ready = "oui";
  }

  // Take the tab's shape as the server tells it.
  reshape(shape) {
    this.take(shape);
    const grid = this.pane.querySelector("[role=grid]");
    grid.setAttribute("aria-rowcount", shape.rows + 1);
    grid.setAttribute("aria-colcount", shape.columns + 1);
    const hidden = shape.filteredRows.length;
    const words = `Filtre : ${hidden} ligne${hidden > 1 ? "s" : ""} masquée${hidden > 1 ? "s" : ""}.`;
    document.querySelector("#masquees").textContent = hidden ? words : "";
    this.store.chunks.forEach((chunk) => { chunk.fitted = false; });
    if (this.drawing) fitRows(this);
  }

  // Whether the current cell may be edited; says why not.
  mayEdit() {
    const { row, column } = this.active;
    const guard = this.guardAt(row, column);
    if (!this.writable) this.say("Cette personne peut lire la feuille, pas la modifier.");
    else if (guard) this.say(`La cellule ${a1(row, column)} est protégée${guard.why ? ` (${guard.why})` : ""} : cette personne ne peut pas la modifier.`);
    return this.writable && !guard;
  }

  arrived() {
    const touched = fitRows(this);
    if (touched) this.drawing.refresh();
    else this.drawing.later();
    if (!this.editing.on) this.showContent();
  }

  drawn() {
    this.editing?.follow();
  }

  focus() {
    this.drawing.grid.focus({ preventScroll: true });
  }

  // Make a cell the current one; `extend` keeps the other corner of what is chosen.
  choose(row, column, { extend = false, quiet = false } = {}) {
    if (this.editing?.on) this.editing.commit();
    const merge = this.mergeAt(row, column);
    if (!extend) this.active = merge ? { row: merge[0], column: this.columns.shown(merge[1], 1) } : { row, column };
    this.corner = { row, column };
    const { row: top, column: left } = this.active;
    const corner = extend ? this.corner : this.active;
    this.chosen = [Math.min(top, corner.row), Math.min(left, corner.column), Math.max(top, corner.row) + 1, Math.max(left, corner.column) + 1];
    if (!quiet) this.drawing.reveal(corner.row, corner.column);
    this.drawing.mark();
    this.drawing.later();
    this.hush();
    this.showContent();
  }

  chooseBox(box) {
    this.choose(box[0], box[1]);
    this.chosen = box;
    this.corner = { row: box[2] - 1, column: box[3] - 1 };
    this.drawing.mark();
    this.showContent();
  }

  move(down, across, extend = false) {
    const from = extend ? this.corner : this.active;
    const merge = extend ? null : this.mergeAt(from.row, from.column);
    const row = down > 0 && merge ? merge[2] - 1 : from.row;
    const column = across > 0 && merge ? merge[3] - 1 : from.column;
    this.choose(this.rows.step(row, down), this.columns.step(column, across), { extend });
  }

  // Go to `C5` or `A7:C9`; false when the sheet has no such place.
  goto(text) {
    const box = boxOf(text, this.shape.rows, this.shape.columns);
    if (!box) return false;
    const [top, left, bottom, right] = box;
    const [row, column] = [this.rows.shown(top, 1), this.columns.shown(left, 1)];
    this.chooseBox([row, column, Math.max(bottom, row + 1), Math.max(right, column + 1)]);
    return true;
  }

  showContent() {
    const { row, column } = this.active;
    const told = this.store.cell(row, column);
    const guard = this.guardAt(row, column);
    const [top, left, bottom, right] = this.chosen;
    const single = bottom - top === 1 && right - left === 1;
    this.nameBox.value = single ? a1(row, column) : `${a1(top, left)}:${a1(bottom - 1, right - 1)}`;
    this.bar.value = told.typed ?? told.text;
    this.bar.readOnly = !this.writable || Boolean(guard);
    this.hint.textContent = guard ? `🔒 Protégée${guard.why ? ` – ${guard.why}` : ""}` : told.note ?? "";
    const link = this.page.querySelector("#lien");
    link.hidden = !told.link;
    if (told.link) link.href = told.link;
  }

  say(text) {
    this.alert.textContent = text;
    this.alert.hidden = false;
  }

  hush() {
    this.alert.hidden = true;
  }

  refused(error) {
    if (!(error instanceof Refusal)) console.error(error);
    this.say(error instanceof Refusal ? error.message : "Le service ne répond pas. Rechargez la page.");
  }

  // Write a block of texts as this person types them.
  async write(row, column, values) {
    this.hush();
    try {
      this.store.replace(await this.store.post("write", { cell: a1(row, column), values, ...this.store.around(row) }));
    } catch (error) {
      this.refused(error);
    }
    this.drawing.refresh();
    this.arrived();
  }

  // Change rows, columns, order or filter; answers whether it was done.
  async change(action, details) {
    this.hush();
    let done = true;
    try {
      this.reshape(await this.store.post("change", { action, ...details }));
      this.store.forget();
    } catch (error) {
      this.refused(error);
      done = false;
    }
    this.active.row = this.rows.shown(Math.min(this.active.row, this.shape.rows - 1), 1);
    this.active.column = this.columns.shown(Math.min(this.active.column, this.shape.columns - 1), 1);
    if (done) this.choose(this.active.row, this.active.column);
    this.drawing.refresh();
    showCharts(this);
    return done;
  }

  // See what others did meanwhile.
  async renew() {
    if (!this.drawing || this.editing.on) return;
    this.reshape(await this.store.get("tab"));
    this.store.expire();
    this.drawing.refresh();
    showCharts(this);
  }
}
