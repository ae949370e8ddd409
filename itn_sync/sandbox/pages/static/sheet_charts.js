// Charts as drawings (SVG) over the grid, each with its numbers as a table.

import { axesOf, barsOf, linesOf, pieOf, pointsOf } from "./sheet_chart_kinds.js";
import { el, frameOf, PALETTE, svg } from "./sheet_chart_frame.js";

const DRAWN = { COLUMN: barsOf, BAR: barsOf, LINE: linesOf, AREA: linesOf, STEPPED_AREA: linesOf, SCATTER: pointsOf };
const NAMES = {
  COLUMN: "Histogramme", BAR: "Diagramme en barres", LINE: "Courbe", AREA: "Graphique en aires",
  STEPPED_AREA: "Graphique en aires", SCATTER: "Nuage de points", COMBO: "Graphique combiné", PIE: "Diagramme circulaire",
};

// Draw the charts of the tab at their places.
export function showCharts(sheet) {
  const layer = sheet.pane.querySelector(".sheet-charts");
  const top = sheet.drawing.letterHeight;
  layer.replaceChildren(...sheet.shape.charts.map((chart) => {
    const figure = figureOf(chart);
    figure.style.left = `${46 + sheet.columns.start(chart.column) + chart.right}px`;
    figure.style.top = `${top + sheet.rows.start(chart.row) + chart.down}px`;
    figure.style.width = `${chart.width}px`;
    return figure;
  }));
  const last = [...layer.children].map((figure) => figure.offsetTop + figure.offsetHeight + 20);
  sheet.drawing.canvas.style.minHeight = `${Math.max(0, ...last)}px`;
}

function figureOf(chart) {
  const title = chart.title || NAMES[chart.kind] || "Graphique";
  const figure = el("figure", "sheet-chart");
  const caption = el("figcaption", "", title);
  if (chart.subtitle) caption.append(el("small", "", chart.subtitle));
  const drawing = drawingOf(chart);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `${NAMES[chart.kind] ?? "Graphique"} : ${title}. ${summary(chart)}`);
  const details = el("details");
  details.append(el("summary", "", "Données"), tableOf(chart));
  figure.append(caption, drawing, legendOf(chart), details);
  return figure;
}

function drawingOf(chart) {
  const series = chart.series.map((one, index) => ({ ...one, colour: one.colour || PALETTE[index % PALETTE.length] }));
  const told = { ...chart, series };
  const frame = frameOf(told);
  const root = svg("svg", { viewBox: `0 0 ${frame.width} ${frame.height}`, class: "chart" });
  if (!series.some((one) => one.values.some((value) => value !== null))) {
    root.append(svg("text", { x: frame.width / 2, y: frame.height / 2, "text-anchor": "middle" }, "Pas de nombres à dessiner"));
  } else if (chart.kind === "PIE") root.append(...pieOf(told, frame));
  else {
    root.append(...axesOf(told, frame));
    const kinds = chart.kind === "COMBO" ? ["COLUMN", "AREA", "LINE"] : [chart.kind];
    for (const kind of kinds) {
      const own = series.filter((one) => chart.kind !== "COMBO" || (one.kind || "LINE") === kind);
      if (own.length) root.append(...(DRAWN[kind] ?? barsOf)({ ...told, kind, series: own }, frame));
    }
  }
  return root;
}

function legendOf(chart) {
  const list = el("ul", "legend");
  const names = chart.kind === "PIE" ? chart.labels : chart.series.map((one) => one.name).filter(Boolean);
  list.append(...names.slice(0, 12).map((name, index) => {
    const item = el("li", "", name);
    const colour = chart.kind === "PIE" ? "" : chart.series[index].colour;
    item.style.setProperty("--swatch", colour || PALETTE[index % PALETTE.length]);
    return item;
  }));
  return list;
}

function summary(chart) {
  return chart.series.map((one) => `${one.name || "Valeurs"} : ${one.values.slice(0, 8).map((value, index) => `${chart.labels[index] ?? index + 1} ${french(value)}`).join(", ")}`).join(" ; ");
}

const french = (value) => (value === null ? "vide" : value.toLocaleString("fr-BE", { maximumFractionDigits: 2 }));

function tableOf(chart) {
  const table = el("table");
  const head = table.createTHead().insertRow();
  for (const name of ["", ...chart.series.map((one) => one.name || "Valeurs")]) {
    const cell = el("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  const count = Math.max(chart.labels.length, ...chart.series.map((one) => one.values.length));
  for (let index = 0; index < Math.min(count, 200); index += 1) {
    const row = body.insertRow();
    const label = el("th", "", chart.labels[index] ?? "");
    label.scope = "row";
    row.append(label, ...chart.series.map((one) => el("td", "", french(one.values[index] ?? null))));
  }
  return table;
}
