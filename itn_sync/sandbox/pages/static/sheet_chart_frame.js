// What every chart stands on: its size, the range of its values, and elements.

export const PALETTE = ["#2c5f6f", "#c9742b", "#5b8c5a", "#8a5a83", "#b98412", "#4f6fa8", "#a2493f", "#6b7b82"];

const SPACE = "http://www.w3.org/2000/svg";

export function svg(name, attributes, text = "") {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

export function el(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== "") element.append(text);
  return element;
}

// Round steps that cover the values: 0, 5, 10, 15…
function ticksOver(low, high) {
  const rough = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough) * power;
  const ticks = [];
  for (let at = Math.floor(low / step); at <= Math.ceil(high / step); at += 1) ticks.push(at * step);
  return ticks;
}

export const numbersOf = (values) => values.filter((value) => value !== null);

function sums(chart) {
  const count = Math.max(0, ...chart.series.map((one) => one.values.length));
  return Array.from({ length: count }, (_, at) => chart.series.reduce((sum, one) => sum + (one.values[at] ?? 0), 0));
}

// Sizes and scales: `across(share)` from left to right, `up(value)` from the bottom.
export function frameOf(chart) {
  const width = Math.max(chart.width - 24, 200);
  const height = Math.max(chart.height - 90, 120);
  const flat = chart.kind === "BAR";
  const values = chart.stacked ? sums(chart) : chart.series.flatMap((one) => numbersOf(one.values));
  const ticks = ticksOver(Math.min(0, ...values), Math.max(0, ...values));
  const area = { left: flat ? 110 : 48, top: 8, right: width - 10, bottom: height - (flat ? 24 : 42) };
  const share = (value) => (value - ticks[0]) / (ticks.at(-1) - ticks[0] || 1);
  return {
    width,
    height,
    flat,
    ticks,
    area,
    along: (value) => (flat
      ? area.left + share(value) * (area.right - area.left)
      : area.bottom - share(value) * (area.bottom - area.top)),
    place: (at) => (flat ? area.top + at * (area.bottom - area.top) : area.left + at * (area.right - area.left)),
  };
}
