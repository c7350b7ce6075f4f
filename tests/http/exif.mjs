// exif.mjs - a JPEG that says where and when it was taken, as small as one can be.

import { randomBytes } from 'node:crypto';

const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;

const ascii = (text) => ({ type: ASCII, count: text.length + 1, bytes: Buffer.from(`${text}\0`, 'latin1') });
const long = (n) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return { type: LONG, count: 1, bytes };
};
function degrees(value) {
  const bytes = Buffer.alloc(24);
  const whole = Math.abs(value);
  const minutes = (whole - Math.trunc(whole)) * 60;
  [[Math.trunc(whole), 1], [Math.trunc(minutes), 1],
    [Math.round((minutes - Math.trunc(minutes)) * 60 * 1000), 1000]].forEach(([n, d], i) => {
    bytes.writeUInt32LE(n, 8 * i);
    bytes.writeUInt32LE(d, 8 * i + 4);
  });
  return { type: RATIONAL, count: 3, bytes };
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

// `time`: "2026:03:01 09:30:00", `offset`: "+08:00"; no two are equal.
export function exifPhoto({ time, offset, lat, lon }) {
  const exif = [];
  if (time !== undefined) exif.push([0x9003, ascii(time)]);
  if (offset !== undefined) exif.push([0x9011, ascii(offset)]);
  const gps = [];
  if (lat !== undefined) gps.push([1, ascii(lat < 0 ? 'S' : 'N')], [2, degrees(lat)],
    [3, ascii(lon < 0 ? 'W' : 'E')], [4, degrees(lon)]);
  const first = 8 + 2 + 2 * 12 + 4;
  const exifPart = directory(exif, first);
  const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory([[0x8769, long(first)], [0x8825, long(first + exifPart.length)]], 8), exifPart,
    directory(gps, first + exifPart.length)]);
  const segment = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(segment.length + 2, 4);
  const unlike = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 18]), randomBytes(16)]);
  return Buffer.concat([head, segment, unlike, Buffer.from([0xff, 0xd9])]);
}
