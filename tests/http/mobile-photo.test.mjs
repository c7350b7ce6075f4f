// What a photo says of its own origin, as phones, cameras and editors write it: read where it is
// said, unknown where the standard's own forms say so, and never a reason to refuse the file.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exifPhoto, rationals, undefinedBytes } from './exif.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

const TIME = '2026:11:30 09:30:00';
const BEIJING = '2026-11-30 01:30:00';
const PLACE = { lat: 33.75, lon: 113.25 };
const JFIF = [0xe0, 'JFIF\0\x01\x02\0\0\x48\0\x48\0\0'];
const XMP = [0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>'];
const ICC = [0xe2, `ICC_PROFILE\0\x01\x01${'\xff\xe1\0\x08Exif\0\0'.repeat(400)}`];
const OTHERS = [JFIF, [0xed, 'Photoshop 3.0\0'], [0xfe, 'a comment'], XMP, ICC, [0xdb, 'table'],
  [0xee, 'Adobe']];

let stack;
let phone;
let section;

before(async () => {
  stack = await startStack();
  const world = await seed(stack);
  const part = world.visits.flatMap(({ sections }) => sections)
    .find(({ department }) => department === DISTRICT);
  section = part.section;
  phone = await world.newPhone(part.inspectors[0].card_no);
  await phone.pull();
});
after(() => stack.stop());

async function origins(photos) {
  const digests = photos.map((bytes) => phone.attach(section, bytes,
    { type: 'image/jpeg', taken_at: '2026-11-30T01:30:00.000Z' }));
  await phone.sync();
  const rows = new Map((await stack.sql(
    `SELECT LOWER(HEX(sha256)), exif_taken_at, exif_lat, exif_lon
    FROM evidence_blob WHERE stored_at IS NOT NULL`)).map(([sha256, ...row]) => [sha256, row]));
  return digests.map((sha256) => {
    const [at, lat, lon] = rows.get(sha256).map((value) => (value === 'NULL' ? null : value));
    return { at: at?.slice(0, 19), lat: lat && Number(lat), lon: lon && Number(lon) };
  });
}

test('an offset counts as it is written; an unknown one is Beijing time, as none is', async () => {
  const cases = [[undefined, BEIJING], ['   :  ', BEIJING], ['      ', BEIJING], ['', BEIJING],
    ['\0\0\0', BEIJING],
    ['+  :  ', BEIJING], ['--:--', BEIJING], ['+99:99', BEIJING], ['+15:00', BEIJING],
    ['China', BEIJING],
    ['+08:00', BEIJING], ['+0800', BEIJING], ['+08', BEIJING], ['+8:00', BEIJING],
    [' +08:00 ', BEIJING],
    ['Z', '2026-11-30 09:30:00'], ['+00:00', '2026-11-30 09:30:00'],
    ['+09:00', '2026-11-30 00:30:00'],
    ['-03:30', '2026-11-30 13:00:00'], ['+05:45', '2026-11-30 03:45:00'],
    ['+14:00', '2026-11-29 19:30:00']];
  const found = await origins(cases.map(([offset]) => exifPhoto({ time: TIME, offset })));
  cases.forEach(([offset, at], i) => assert.equal(found[i].at, at, JSON.stringify(offset)));
});

test('a time is six numbers, whatever stands between and behind them; an unknown one is none', async () => {
  const cases = [['2026-11-30 09:30:00', BEIJING], ['2026/11/30 09:30:00', BEIJING],
    ['2026:11:30T09:30:00', BEIJING],
    ['2026:11:30 09:30:00.25', BEIJING], ['2026:11:30 09:30:00 ', BEIJING],
    ['2026:11:30 09:30:00+09:00',
      '2026-11-30 00:30:00'], ['2026:11:30 9:30:00', BEIJING], ['2026-11-30T01:30:00Z', BEIJING],
    ['    :  :     :  :  ', undefined], ['0000:00:00 00:00:00', undefined],
    ['2026:13:01 09:30:00', undefined],
    ['2026:02:30 09:30:00', undefined], ['2026:11:30', undefined], ['yesterday', undefined],
    ['', undefined],
    ['2026:11:30 25:30:00', undefined]];
  const found = await origins(cases.map(([time]) => exifPhoto({ time })));
  cases.forEach(([time, at], i) => assert.equal(found[i].at, at, JSON.stringify(time)));
});

test('where the tags of the shot are missing or blank, those beside them count', async () => {
  const DIGITIZED = 0x9004;
  const OFFSET = 0x9010;
  const OFFSET_DIGITIZED = 0x9012;
  const LATER = '2026:11:30 10:30:00';
  const cases = [
    [{ tags: { [DIGITIZED]: TIME } }, BEIJING],
    [{ time: '    :  :     :  :  ', tags: { [DIGITIZED]: TIME } }, BEIJING],
    [{ time: '0000:00:00 00:00:00', tags: { [DIGITIZED]: TIME } }, BEIJING],
    [{ time: TIME, tags: { [DIGITIZED]: LATER } }, BEIJING],
    [{ tags: { [DIGITIZED]: TIME, [OFFSET_DIGITIZED]: '+09:00' } }, '2026-11-30 00:30:00'],
    [{ time: TIME, tags: { [OFFSET]: '+09:00' } }, '2026-11-30 00:30:00'],
    [{ time: TIME, offset: '   :  ', tags: { [OFFSET]: '+09:00' } }, '2026-11-30 00:30:00'],
    [{ time: TIME, offset: '+08:00', tags: { [OFFSET]: '+09:00' } }, BEIJING],
    [{ time: TIME, tags: { [OFFSET]: '   :  ' } }, BEIJING],
    [{ time: '2026:11:30 24:05:00' }, '2026-11-29 16:05:00'],
    [{ tags: { [OFFSET]: '+08:00' } }, undefined]];
  const found = await origins(cases.map(([one]) => exifPhoto(one)));
  cases.forEach(([one, at], i) => assert.equal(found[i].at, at, JSON.stringify(one)));
});

test('EXIF is found behind and between whatever else a JPEG holds', async () => {
  const whole = { time: TIME, offset: '   :  ', ...PLACE };
  const cases = [...OTHERS.map((one) => ({ before: [one] })), { before: OTHERS },
    { fill: '\xff\xff\xff' },
    { fill: '\0\0' }, { before: Array(5).fill(ICC) }, { header: 'Exif\0\xff' },
    { text: undefinedBytes },
    { before: [[0xe1, 'Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0']] }, { before: [[0xe1, 'Exif\0\0']] }];
  const found = await origins(cases.map((one) => exifPhoto({ ...whole, ...one })));
  cases.forEach((one, i) => assert.deepEqual(found[i], { at: BEIJING, ...PLACE },
    JSON.stringify(one).slice(0, 80)));
});

test('a place is read in the forms of receivers and editors; without a fix there is none', async () => {
  const nowhere = { lat: null, lon: null };
  const cases = [[{ reference: 'ne' }, PLACE],
    [{ parts: [rationals([33, 1], [45, 1], [0, 0]), rationals([113, 1], [15, 1], [0, 0])] }, PLACE],
    [{ parts: [rationals([3375, 100], [0, 1], [0, 1]), rationals([11325, 100], [0, 0], [0, 0])] },
      PLACE],
    [{ parts: [rationals([33, 1], [45, 1]), rationals([113, 1], [15, 1])] }, PLACE],
    [{ parts: [rationals([0, 0], [0, 0], [0, 0]), rationals([0, 0], [0, 0], [0, 0])] }, nowhere],
    [{ parts: [rationals([0, 1], [0, 1], [0, 1]), rationals([0, 1], [0, 1], [0, 1])] }, nowhere],
    [{ parts: [rationals([133, 1], [0, 1], [0, 1]), rationals([113, 1], [0, 1], [0, 1])] },
      nowhere],
    [{ parts: [rationals([33, 1], [5, 0], [0, 1]), rationals([113, 1], [0, 1], [0, 1])] }, nowhere],
    [{ reference: '  ' }, nowhere]];
  const found = await origins(cases.map(([one]) => exifPhoto({ time: TIME, ...PLACE, ...one })));
  cases.forEach(([one, place], i) =>
    assert.deepEqual(found[i], { at: BEIJING, ...place }, JSON.stringify(one).slice(0, 80)));
});
