// csv.mjs - the CSV of this project: UTF-8, a header line, `,`, quotes by doubling, LF or CRLF.

import { readFileSync, writeFileSync } from 'node:fs';

// Rows of a CSV text as arrays of cells. Throws on a quote that never closes.
export function parseRows(text) {
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === ',') { row.push(cell); cell = ''; }
    else if (c === '\n') {
      row.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
      rows.push(row);
      row = [];
      cell = '';
    } else cell += c;
  }
  if (quoted) throw new Error('csv: a quoted cell does not end');
  if (cell !== '' || row.length > 0) { row.push(cell); rows.push(row); }
  return rows;
}

// Objects keyed by the header line. Throws when a row has another number of cells.
export function parseCsv(text) {
  const [header, ...rows] = parseRows(text);
  return rows.map((row, n) => {
    if (row.length !== header.length)
      throw new Error(`csv: row ${n + 2} has ${row.length} cells, the header ${header.length}`);
    return Object.fromEntries(header.map((name, i) => [name, row[i]]));
  });
}

export function readCsv(path) {
  return parseCsv(readFileSync(path, 'utf8'));
}

function cellText(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function formatCsv(columns, rows) {
  const lines = rows.map((row) => columns.map((name) => cellText(row[name])).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}

export function writeCsv(path, columns, rows) {
  writeFileSync(path, formatCsv(columns, rows));
}
