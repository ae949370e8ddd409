// The spreadsheet as the server tells it: the tab's shape, and its cells in chunks of rows.

const CHUNK = 100;
const KEPT = 60;

export class Store {
  constructor(base, user, gid) {
    this.base = base;
    this.user = user;
    this.gid = gid;
    this.forget();
    this.changed = () => {};
  }

  forget() {
    this.pending?.forEach((control) => control.abort());
    this.chunks = new Map();
    this.stale = new Set();
    this.pending = new Map();
  }

  // What is here may have changed: it stays in sight until it has come again.
  expire() {
    this.pending.forEach((control) => control.abort());
    this.pending.clear();
    this.stale = new Set(this.chunks.keys());
  }

  async get(what, more = {}, signal = null) {
    const query = new URLSearchParams({ user: this.user, gid: this.gid, ...more });
    return read(await fetch(`${this.base}/${what}?${query}`, { signal }));
  }

  async post(what, sent) {
    const body = JSON.stringify({ user: this.user, gid: String(this.gid), ...sent });
    const headers = { "Content-Type": "application/json" };
    return read(await fetch(`${this.base}/${what}`, { method: "POST", headers, body }));
  }

  // The cells of a row by column; undefined while they are not here.
  row(index) {
    const chunk = this.chunks.get(Math.floor(index / CHUNK));
    return chunk && (chunk.get(index) ?? new Map());
  }

  // Differs whenever the row's cells have come anew; 0 while they are not here.
  edition(index) {
    return this.chunks.get(Math.floor(index / CHUNK))?.edition ?? 0;
  }

  cell(row, column) {
    return this.row(row)?.get(column) ?? { text: "" };
  }

  // See to it that these rows come; forget the wish for others.
  need(rows) {
    const wanted = new Set(rows.map((row) => Math.floor(row / CHUNK)));
    for (const [number, control] of this.pending) {
      if (!wanted.has(number)) {
        control.abort();
        this.pending.delete(number);
      }
    }
    wanted.forEach((number) => {
      const here = this.chunks.has(number) && !this.stale.has(number);
      if (!here && !this.pending.has(number)) this.load(number);
    });
  }

  async load(number) {
    const control = new AbortController();
    this.pending.set(number, control);
    try {
      const told = await this.get("cells", this.around(number * CHUNK), control.signal);
      if (this.pending.get(number) !== control) return;
      this.pending.delete(number);
      this.keep(number, told);
      this.changed();
    } catch (error) {
      if (this.pending.get(number) === control) this.pending.delete(number);
      if (error.name !== "AbortError") this.failed?.(error);
    }
  }

  keep(number, told) {
    this.chunks.delete(number); // so that it is the youngest
    this.told = (this.told ?? 0) + 1;
    this.chunks.set(number, Object.assign(unpacked(told), { edition: this.told }));
    this.stale.delete(number);
    for (const old of this.chunks.keys()) {
      if (this.chunks.size <= KEPT) break;
      this.chunks.delete(old);
    }
  }

  // After a write: this chunk is new, all others may be (formulas), so they are asked for again.
  replace(told) {
    this.expire();
    this.keep(told.top / CHUNK, told);
  }

  // The chunk around a row, as `top` and `bottom`.
  around(row) {
    const number = Math.floor(row / CHUNK);
    return { top: number * CHUNK, bottom: (number + 1) * CHUNK };
  }
}

async function read(response) {
  const told = await response.json().catch(() => ({ refusal: "Le service ne répond pas." }));
  if (!response.ok) throw new Refusal(told.refusal);
  return told;
}

export class Refusal extends Error {}

function unpacked(told) {
  const rows = new Map();
  for (const [row, cells] of told.rows) {
    const line = new Map();
    for (const [column, text, look, more] of cells) {
      const cell = { text, look: told.looks[look] ?? "", ...more };
      if (more?.kind === "list") cell.choices = told.lists[more.list];
      line.set(column, cell);
    }
    rows.set(row, line);
  }
  return rows;
}
