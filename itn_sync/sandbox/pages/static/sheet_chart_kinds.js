// The marks of each kind of chart: bars, lines, areas, points, slices.

import { numbersOf, PALETTE, svg } from "./sheet_chart_frame.js";

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const written = (value) => value.toLocaleString("fr-BE", { maximumFractionDigits: 2 });
const countOf = (chart) => Math.max(chart.labels.length, ...chart.series.map((one) => one.values.length));

export function axesOf(chart, frame) {
  const { area, flat } = frame;
  const lines = frame.ticks.flatMap((tick) => {
    const at = frame.along(tick);
    const line = flat
      ? { x1: at, x2: at, y1: area.top, y2: area.bottom }
      : { x1: area.left, x2: area.right, y1: at, y2: at };
    const text = flat
      ? { x: at, y: area.bottom + 16, "text-anchor": "middle" }
      : { x: area.left - 6, y: at + 4, "text-anchor": "end" };
    return [svg("line", { ...line, class: tick === 0 ? "zero" : "rule" }), svg("text", text, written(tick))];
  });
  const labels = chart.kind === "SCATTER" ? scatterLabels(chart, frame) : barLabels(chart, frame);
  return [...lines, ...labels, ...titles(chart, frame)];
}

function barLabels(chart, frame) {
  const count = countOf(chart);
  const every = frame.flat ? 1 : Math.ceil((count * 62) / (frame.area.right - frame.area.left));
  return chart.labels.flatMap((label, index) => {
    if (index % every) return [];
    const at = frame.place((index + 0.5) / count);
    const place = frame.flat
      ? { x: frame.area.left - 6, y: at + 4, "text-anchor": "end" }
      : { x: at, y: frame.area.bottom + 16, "text-anchor": "middle" };
    return [svg("text", place, short(label, frame.flat ? 16 : Math.max(8, Math.floor(11 * every))))];
  });
}

function titles(chart, { area, width, height }) {
  const found = [];
  const across = chart.axes.BOTTOM_AXIS;
  const up = chart.axes.LEFT_AXIS;
  if (across) found.push(svg("text", { x: width / 2, y: height - 4, "text-anchor": "middle", class: "axis" }, across));
  if (up) {
    const middle = (area.top + area.bottom) / 2;
    found.push(svg("text", { x: 12, y: middle, transform: `rotate(-90 12 ${middle})`, "text-anchor": "middle", class: "axis" }, up));
  }
  return found;
}

export function barsOf(chart, frame) {
  const count = countOf(chart);
  const slots = chart.stacked ? 1 : chart.series.length;
  const thick = 0.72 / count / slots;
  const heaps = Array(count).fill(0);
  return chart.series.flatMap((one, place) => one.values.map((value, index) => {
    if (value === null) return svg("g", {});
    const from = chart.stacked ? heaps[index] : 0;
    heaps[index] += value;
    const start = frame.place((index + 0.14) / count + (chart.stacked ? 0 : place * thick));
    const end = frame.place((index + 0.14) / count + ((chart.stacked ? 0 : place) + 1) * thick);
    const [low, high] = [frame.along(from), frame.along(from + value)].sort((a, b) => a - b);
    const shape = frame.flat
      ? { x: low, y: start, width: high - low, height: end - start }
      : { x: start, y: low, width: end - start, height: high - low };
    return withHint(svg("rect", { ...shape, fill: one.colour }), chart, one, index);
  }));
}

function withHint(mark, chart, one, index) {
  const words = [one.name, chart.labels[index], written(one.values[index])].filter(Boolean);
  mark.append(svg("title", {}, words.join(" – ")));
  return mark;
}

export function linesOf(chart, frame) {
  const count = countOf(chart);
  const heaps = Array(count).fill(0);
  return chart.series.flatMap((one) => {
    const points = one.values.flatMap((value, index) => {
      if (value === null) return [];
      heaps[index] = chart.stacked ? heaps[index] + value : value;
      return [[frame.place((index + 0.5) / count), frame.along(heaps[index]), index]];
    });
    const path = points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join("");
    const line = svg("path", { d: path, fill: "none", stroke: one.colour, "stroke-width": 2.5 });
    const dots = points.map(([cx, cy, index]) => withHint(svg("circle", { cx, cy, r: 3.5, fill: one.colour }), chart, one, index));
    return chart.kind === "LINE" ? [line, ...dots] : [areaUnder(points, path, one, frame), line, ...dots];
  });
}

function areaUnder(points, path, one, frame) {
  const zero = frame.along(0);
  const end = points.length ? `L${points.at(-1)[0]} ${zero}L${points[0][0]} ${zero}Z` : "";
  return svg("path", { d: path + end, fill: one.colour, "fill-opacity": 0.25 });
}

const positions = (chart) => chart.labels.map((label) => Number(label.replace(/\s/g, "").replace(",", ".")));

function spread(chart) {
  const known = positions(chart).filter(Number.isFinite);
  const [low, high] = [Math.min(...known, 0), Math.max(...known, 1)];
  return { low, high, share: (value) => (value - low) / (high - low) };
}

function scatterLabels(chart, frame) {
  const { low, high, share } = spread(chart);
  return [0, 1, 2, 3, 4].map((part) => {
    const value = low + ((high - low) * part) / 4;
    return svg("text", { x: frame.place(share(value)), y: frame.area.bottom + 16, "text-anchor": "middle" }, written(value));
  });
}

export function pointsOf(chart, frame) {
  const { share } = spread(chart);
  const places = positions(chart);
  return chart.series.flatMap((one) => one.values.flatMap((value, index) => {
    if (value === null || !Number.isFinite(places[index])) return [];
    const at = { cx: frame.place(share(places[index])), cy: frame.along(value), r: 4.5, fill: one.colour };
    return [withHint(svg("circle", at), chart, one, index)];
  }));
}

export function pieOf(chart, frame) {
  const values = chart.series[0].values.map((value) => Math.max(value ?? 0, 0));
  const total = numbersOf(values).reduce((sum, value) => sum + value, 0);
  const centre = [frame.width / 2, frame.height / 2];
  const radius = Math.min(...centre) - 6;
  let from = 0;
  return values.map((value, index) => {
    const part = total ? value / total : 0;
    const slice = svg("path", {
      d: sliceOf(centre, radius, radius * chart.hole, from, from + part),
      fill: PALETTE[index % PALETTE.length],
      stroke: "#fff",
      "stroke-width": 1.5,
    });
    from += part;
    return withHint(slice, chart, { ...chart.series[0], values }, index);
  });
}

function sliceOf([x, y], radius, hole, from, to) {
  const end = Math.min(to, from + 0.99999);
  const at = (share, far) => `${x + far * Math.sin(share * 2 * Math.PI)} ${y - far * Math.cos(share * 2 * Math.PI)}`;
  const large = end - from > 0.5 ? 1 : 0;
  const outer = `M${at(from, radius)}A${radius} ${radius} 0 ${large} 1 ${at(end, radius)}`;
  if (!hole) return `${outer}L${x} ${y}Z`;
  return `${outer}L${at(end, hole)}A${hole} ${hole} 0 ${large} 0 ${at(from, hole)}Z`;
}
