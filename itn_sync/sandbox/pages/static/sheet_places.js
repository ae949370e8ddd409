// Names of places: letters of columns, A1 notation, boxes `[top, left, bottom, right)`.

export function letters(index) {
  let found = "";
  for (let rest = index + 1; rest; rest = Math.floor((rest - 1) / 26)) {
    found = String.fromCharCode(65 + ((rest - 1) % 26)) + found;
  }
  return found;
}

export const a1 = (row, column) => `${letters(column)}${row + 1}`;

function corner(text) {
  const match = /^\$?([A-Za-z]{0,3})\$?(\d{0,7})$/.exec(text);
  if (!match || !(match[1] || match[2])) return null;
  const column = [...match[1].toUpperCase()].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
  return { row: match[2] ? Number(match[2]) - 1 : null, column: match[1] ? column - 1 : null };
}

// The box of `C5`, `A7:C9`, `A:A` or `7:7` in a grid of that size; null for anything else.
export function boxOf(text, rows, columns) {
  const [first, last = first] = text.trim().split(":").map(corner);
  if (!first || !last) return null;
  const top = first.row ?? 0;
  const left = first.column ?? 0;
  if (top >= rows || left >= columns || top < 0) return null;
  const bottom = Math.min(last.row ?? rows - 1, rows - 1);
  const right = Math.min(last.column ?? columns - 1, columns - 1);
  return [Math.min(top, bottom), Math.min(left, right), Math.max(top, bottom) + 1, Math.max(left, right) + 1];
}

export const holds = (box, row, column) =>
  box[0] <= row && row < box[2] && box[1] <= column && column < box[3];

// A block of texts as other programs copy and paste it, and back.
export function toLines(block) {
  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return block.map((row) => row.map(quoted).join("\t")).join("\n");
}

export function fromLines(text) {
  const rows = [[""]];
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    const row = rows.at(-1);
    if (sign === '"' && quoted && source[at + 1] === '"') {
      row[row.length - 1] += '"';
      at += 1;
    } else if (sign === '"' && (quoted || row.at(-1) === "")) quoted = !quoted;
    else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) rows.push([""]);
    else row[row.length - 1] += sign;
  }
  return rows;
}
