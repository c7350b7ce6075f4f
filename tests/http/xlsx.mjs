// xlsx.mjs - as much of a workbook as the tests look at: the entries of the zip, and each sheet's
// cells with the kind that a spreadsheet takes them for.

import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;

// The files of a zip by their name, found by its directory at the end.
export function unzip(bytes) {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end--;
  assert.ok(end >= 0, 'no zip');
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    assert.equal(bytes.readUInt32LE(at), ENTRY);
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((i) => bytes.readUInt16LE(at + i));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + size);
    files.set(bytes.toString('utf8', at + 46, at + 46 + name),
      (method === 0 ? packed : inflateRawSync(packed)).toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return files;
}

const plain = (xml) => xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
  .replaceAll('&apos;', "'").replaceAll('&amp;', '&');
const textOf = (xml) => plain([...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)]
  .map(([, t]) => t).join(''));

// Sheets in their order: {name, rows}, each row an array of {kind, value, style}; kind is 'text',
// 'number', 'formula' or 'empty'.
export function readXlsx(bytes) {
  const files = unzip(bytes);
  const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)]
    .map(([, xml]) => textOf(xml));
  const cell = ([, attributes, xml = '']) => {
    const type = /\bt="(\w+)"/.exec(attributes)?.[1];
    const value = plain(/<v>([^<]*)<\/v>/.exec(xml)?.[1] ?? '');
    const style = Number(/\bs="(\d+)"/.exec(attributes)?.[1] ?? 0);
    if (/<f[ >]/.test(xml)) return { kind: 'formula', value, style };
    if (type === 's') return { kind: 'text', value: shared[Number(value)], style };
    if (type === 'inlineStr') return { kind: 'text', value: textOf(xml), style };
    return value === '' ? { kind: 'empty', value, style }
      : { kind: 'number', value: Number(value), style };
  };
  const names = [...files.get('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)]
    .map(([, name]) => plain(name));
  return names.map((name, i) => ({ name, rows:
    [...files.get(`xl/worksheets/sheet${i + 1}.xml`).matchAll(/<row [^>]*>(.*?)<\/row>/gs)]
      .map(([, xml]) => [...xml.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(cell)) }));
}

// A workbook of one sheet as a spreadsheet saves it: texts shared, dates as numbers of days.
const CRC = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc = (bytes) =>
  (bytes.reduce((c, byte) => CRC[(c ^ byte) & 0xff] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

// Files by their name -> the bytes of a zip that stores them as they are.
export function zip(files) {
  const parts = [];
  const entries = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt32LE(crc(bytes), 10);
    head.writeUInt32LE(bytes.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), head, path, bytes);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(ENTRY, 0);
    head.copy(entry, 6, 0, 24);
    entry.writeUInt32LE(at, 42);
    entries.push(entry, path);
    at += 30 + path.length + bytes.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length / 2, 8);
  end.writeUInt16LE(entries.length / 2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const DAY = 86400000;
const EXCEL_EPOCH = 25569;

// Rows of texts, numbers and dates; null is no cell, and an empty row is not there. `hidden`: rows
// and columns from 1, and the sheet itself.
export function writeXlsx(rows, name = 'Sheet1', hidden = {}) {
  const texts = [];
  const cell = (value) => {
    if (value === null) return '';
    if (value instanceof Date) return `<c s="1"><v>${value / DAY + EXCEL_EPOCH}</v></c>`;
    if (typeof value === 'number') return `<c><v>${value}</v></c>`;
    return `<c t="s"><v>${texts.push(value) - 1}</v></c>`;
  };
  const placed = (row, r) => row.map((value, i) => cell(value)
    .replace('<c', `<c r="${String.fromCharCode(65 + i)}${r + 1}"`)).join('');
  const off = (what, n) => hidden[what]?.includes(n) ? ' hidden="1"' : '';
  const table = rows.map((row, r) =>
    row.length ? `<row r="${r + 1}"${off('rows', r + 1)}>${placed(row, r)}</row>` : '');
  const columns = (hidden.columns ?? []).map((n) => `<col min="${n}" max="${n}" hidden="1"/>`);
  const rel = (id, type, target) => `<Relationship Id="${id}" Target="${target}" ` +
    `Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}"/>`;
  return zip({
    '_rels/.rels': `<Relationships>${rel('a', 'officeDocument', 'xl/workbook.xml')}` +
      '</Relationships>',
    'xl/workbook.xml': `<workbook><sheets><sheet name="${xml(name)}" r:id="b" xmlns:r="r"${
      hidden.sheet ? ' state="hidden"' : ''}/>` +
      '</sheets></workbook>',
    'xl/_rels/workbook.xml.rels': `<Relationships>${rel('b', 'worksheet', 'worksheets/s.xml')}` +
      `${rel('c', 'sharedStrings', 's.xml')}${rel('d', 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>' +
      '</styleSheet>',
    'xl/worksheets/s.xml': `<worksheet><cols>${columns.join('')}</cols>` +
      `<sheetData>${table.join('')}</sheetData></worksheet>`,
    'xl/s.xml': `<sst>${texts.map((text) => `<si><t>${xml(text)}</t></si>`).join('')}</sst>`,
  });
}
