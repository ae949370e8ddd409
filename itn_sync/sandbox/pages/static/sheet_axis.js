// Where the rows (or columns) of a tab lie: sizes in pixels, hidden ones have none.

export class Axis {
  constructor(count, usual, sizes, hidden) {
    this.count = count;
    this.usual = usual;
    this.sizes = new Map(Object.entries(sizes).map(([index, size]) => [Number(index), size]));
    this.fixed = new Set(this.sizes.keys());
    this.hidden = new Set(hidden);
    this.rebuild();
  }

  rebuild() {
    this.starts = new Float64Array(this.count + 1);
    for (let index = 0; index < this.count; index += 1) {
      this.starts[index + 1] = this.starts[index] + this.size(index);
    }
  }

  size(index) {
    return this.hidden.has(index) ? 0 : this.sizes.get(index) ?? this.usual;
  }

  start(index) {
    return this.starts[Math.min(index, this.count)];
  }

  get total() {
    return this.starts[this.count];
  }

  // The index at that many pixels from the start.
  at(pixels) {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= pixels) low = middle;
      else high = middle - 1;
    }
    return this.shown(low, -1);
  }

  // The nearest shown index from `index` on in that direction, else in the other one.
  shown(index, direction) {
    for (const way of [direction, -direction]) {
      for (let one = index; one >= 0 && one < this.count; one += way) {
        if (!this.hidden.has(one)) return one;
      }
    }
    return 0;
  }

  // So many shown places further (or back), stopping at the end.
  step(index, by) {
    const way = Math.sign(by);
    let at = index;
    for (let left = Math.abs(by), next = at + way; left && next >= 0 && next < this.count; next += way) {
      if (this.hidden.has(next)) continue;
      at = next;
      left -= 1;
    }
    return at;
  }

  // The shown indexes that touch the pixels [from, to).
  within(from, to, first = 0) {
    const found = [];
    for (let index = Math.max(first, this.count ? this.at(Math.max(from, 0)) : 0); index < this.count; index += 1) {
      if (this.starts[index] >= to) break;
      if (!this.hidden.has(index) && index >= first) found.push(index);
    }
    return found;
  }
}
