// exif.mjs - a JPEG that says where and when it was taken, as small as one can be.

import { randomBytes } from 'node:crypto';

const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;

const ascii = (text) => ({ type: ASCII, count: text.length + 1,
  bytes: Buffer.from(`${text}\0`, 'latin1') });
const long = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return { type: LONG, count: 1, bytes };
};
function rationals(...list) {
  const bytes = Buffer.alloc(8 * list.length);
  list.forEach(([n, d], i) => {
    bytes.writeUInt32LE(n, 8 * i);
    bytes.writeUInt32LE(d, 8 * i + 4);
  });
  return { type: RATIONAL, count: list.length, bytes };
}
function degrees(value) {
  const whole = Math.abs(value);
  const minutes = (whole - Math.trunc(whole)) * 60;
  return rationals([Math.trunc(whole), 1], [Math.trunc(minutes), 1],
    [Math.round((minutes - Math.trunc(minutes)) * 60 * 1000), 1000]);
}

// A directory of TIFF at an offset; values of more than four bytes follow it.
function directory(entries, at) {
  const head = Buffer.alloc(2 + 12 * entries.length + 4);
  const values = [];
  let next = at + head.length;
  head.writeUInt16LE(entries.length);
  entries.forEach(([tag, { type, count, bytes }], i) => {
    const entry = 2 + 12 * i;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(type, entry + 2);
    head.writeUInt32LE(count, entry + 4);
    if (bytes.length <= 4) bytes.copy(head, entry + 8);
    else {
      head.writeUInt32LE(next, entry + 8);
      values.push(bytes);
      next += bytes.length;
    }
  });
  return Buffer.concat([head, ...values]);
}

const undefinedBytes = (text) => ({ ...ascii(text), type: UNDEFINED });
const segment = (marker, bytes) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
};

// `time`: "2026:03:01 09:30:00", `offset`: "+08:00"; `before`: [marker, bytes] of segments in
// front, `fill`: bytes between; `header`: of the segment, `end`: bytes at its end; `parts`: of the
// place, as rationals; `tags`: further texts by their tag; no two are equal.
export function exifPhoto({ time, offset, lat, lon, reference = 'NE', before = [], fill = '',
  header = 'Exif\0\0', end = '', parts, text = ascii, tags = {} }) {
  const exif = [];
  if (time !== undefined) exif.push([0x9003, text(time)]);
  if (offset !== undefined) exif.push([0x9011, text(offset)]);
  for (const [tag, value] of Object.entries(tags)) exif.push([Number(tag), text(value)]);
  exif.sort(([a], [b]) => a - b);
  const gps = [];
  const [north, east] = reference;
  if (lat !== undefined) gps.push([1, ascii(lat < 0 ? 'S' : north)],
    [2, parts?.[0] ?? degrees(lat)],
    [3, ascii(lon < 0 ? 'W' : east)], [4, parts?.[1] ?? degrees(lon)]);
  const first = 8 + 2 + 2 * 12 + 4;
  const exifPart = directory(exif, first);
  const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory([[0x8769, long(first)], [0x8825, long(first + exifPart.length)]], 8), exifPart,
    directory(gps, first + exifPart.length)]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]),
    ...before.map(([marker, bytes]) => segment(marker, Buffer.from(bytes, 'latin1'))),
    Buffer.from(fill, 'latin1'),
    segment(0xe1, Buffer.concat([Buffer.from(header, 'latin1'), tiff, Buffer.from(end)])),
    segment(0xfe, randomBytes(16)), Buffer.from([0xff, 0xd9])]);
}

export { rationals, undefinedBytes };
