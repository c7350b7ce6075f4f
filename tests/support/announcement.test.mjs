// The announcement of rule-2.md as the public page reads it: in one way, whoever writes it
// otherwise. What lianchactl reads is in tests/unit/test_announcement.c.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readAnnouncement } from '../../fcgi/public/static/announcement.mjs';

const page = readFileSync(new URL('../../fcgi/public/rule-2.md', import.meta.url), 'utf8');
const example = page.match(/^ {4}liancha-announcement\/1\t(?:.*\n {4})+?quota.*\n/m)[0]
  .replace(/^ {4}/gm, '');
const read = (text) => readAnnouncement(new TextEncoder().encode(text));

test('the worked example is read', () => {
  assert.equal(read(example).campaign, 'EXAMPLE');
});

test('a number, a time or a line that could be read otherwise is refused', () => {
  const quotas = ['01', '+1', '-1', '１', ' 1', '1 ', '1.0', '1e0', '0x1', '', '10000001',
    '1\r', '1\u00a0'].map((n) => [/(quota\t\S+\t)1$/m, `$1${n}`]);
  const numbers = ['015', '+15', '１５', '-0', '9223372036854775808', '-9223372036854775809',
    '99999999999999999999'].map((n) => [/(percent\t)15$/m, `$1${n}`]);
  const times = ['2026-03-04T13:15:00Z', '2026-03-04t13:15:00.000z', '2026-03-04T13:15:00,000Z',
    '2026-03-04T21:15:00.000+08:00', '2026-02-30T13:15:00.000Z', '2026-03-04 13:15:00.000Z',
    '２026-03-04T13:15:00.000Z'].map((at) => [/^(latest\t).*$/m, `$1${at}`]);
  const lines = [[/\n/g, '\r\n'], [/\n$/, ''], [/$/, '\n'], [/^/, '\ufeff'],
    [/\tEXAMPLE$/m, '\tEXAM|PLE']];
  for (const [from, to] of [...quotas, ...numbers, ...times, ...lines]) {
    const changed = example.replace(from, to);
    assert.notEqual(changed, example, String(to));
    assert.throws(() => read(changed), { where: /^line \d+$/ }, JSON.stringify(to));
  }
});

test('the greatest numbers are read, as by lianchactl', () => {
  for (const n of ['9223372036854775807', '-9223372036854775808', '0'])
    assert.ok(read(example.replace(/(percent\t)15$/m, `$1${n}`)));
});
