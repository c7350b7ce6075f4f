// A real backup, a real restore: what the server had acknowledged and then lost comes back from the
// phones, in the order of each, and everybody ends with the same.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { photo } from '../support/phone/photo.mjs';
import { startStack } from './harness.mjs';
import { endDatabase } from './workers.mjs';
import { DISTRICT, seed } from './world.mjs';

const READ_ONLY_MS = 10000;

let stack;
let world;
let mine;
let colleague; // another inspector of the same section

before(async () => {
  stack = await startStack({ own: true });
  world = await seed(stack);
  [mine] = world.phones;
  const part = world.visits.flatMap(({ sections }) => sections).find(({ department, inspectors }) =>
    department === DISTRICT && inspectors.some(({ card_no }) => card_no === world.cards[0]));
  colleague = await world.newPhone(part.inspectors.find(({ card_no }) =>
    card_no !== world.cards[0]).card_no);
});
after(() => stack.stop());

const client = (program) => [program, ['--no-defaults', `--user=${userInfo().username}`,
  `--socket=${join(stack.var, 'run/mariadb.sock')}`]];

async function backup(path) {
  const [program, options] = client('mariadb-dump');
  await promisify(execFile)(program, [...options, '--single-transaction', `--result-file=${path}`,
    'liancha']);
}

// As conf/README.md has it: the dump, then a new epoch; the workers stand still meanwhile.
async function restore(path) {
  await stack.services('stop', 'mobile', 'evidence', 'planner', 'public', 'pushd');
  const [program, options] = client('mariadb');
  const child = execFile(program, [...options, 'liancha']);
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  await pipeline(createReadStream(path), child.stdin);
  assert.equal(await ended, 0);
  await stack.office.ctl(['feeds', 'restored']);
  await stack.services('start', 'mobile', 'evidence', 'planner', 'public', 'pushd');
}

const notes = () => stack.sql(`SELECT id, version, note FROM section WHERE note IS NOT NULL
  ORDER BY id`);

test('after a restore the phones hand over what the backup lacks, and end equal', async () => {
  await Promise.all([mine.pull(), colleague.pull()]);
  const section = mine.items('section').find(({ id, body }) => body.department.code === DISTRICT &&
    colleague.item('section', id) && body.inspectors.length > 1);
  const check = mine.items('check_result').find(({ body }) => body.section_id === section.id);
  mine.record('section', section.id, { note: '合成：备份之前' });
  await mine.sync();
  await backup(join(stack.var, 'tmp/backup.sql'));

  // Acknowledged, and lost with the server: edits of two phones on one another, a file.
  mine.record('check_result', check.id, { problem: '合成：甲一' });
  const sha256 = mine.attach(section.id, photo('合成'), { type: 'image/png',
    taken_at: '2026-01-01T00:00:00.000Z' });
  await mine.sync();
  await colleague.pull();
  colleague.record('check_result', check.id, { problem: '合成：乙' });
  colleague.record('section', section.id, { note: '合成：备份之后' });
  await colleague.sync();
  await mine.pull();
  mine.record('check_result', check.id, { disposal: '合成：甲二' });
  await mine.sync();
  const expected = mine.item('check_result', check.id).body;
  assert.deepEqual([expected.problem, expected.disposal], ['合成：乙', '合成：甲二']);
  const [[operations]] = await stack.sql('SELECT COUNT(*) FROM sync_op');

  await restore(join(stack.var, 'tmp/backup.sql'));
  const [[left]] = await stack.sql('SELECT COUNT(*) FROM sync_op');
  assert.ok(Number(left) < Number(operations), 'the backup lacks what came after it');
  assert.equal((await notes())[0][2], '合成：备份之前');

  await mine.pull(); // 409: everything anew, and all that it recorded is in the queue again
  assert.equal(mine.item('check_result', check.id).body.problem, null);
  // The phone begins to hand over while the database is read-only, and it is killed once more.
  await stack.operate('SET GLOBAL read_only = 1');
  const handing = mine.sync();
  handing.catch(() => {}); // told below
  const refused = () => mine.refusals.some(({ status }) => status === 503);
  for (const end = Date.now() + READ_ONLY_MS; !refused() && Date.now() < end;) await sleep(20);
  assert.ok(refused(), 'it is told when to come again');
  await endDatabase(stack, 'SIGKILL');
  await stack.services('start', 'mariadb');
  const first = await handing;
  assert.ok(first.counts.duplicate >= 1, 'what the backup had comes back as a duplicate');
  assert.ok(first.counts.applied >= 1, 'what it lacked takes effect');
  const second = await colleague.sync();
  assert.ok(Object.keys(second.counts).every((outcome) =>
    ['applied', 'merged', 'duplicate'].includes(outcome)), JSON.stringify(second.counts));
  await colleague.sync(); // a pull told it of the restore: what it recorded goes up now
  // Nobody can know any more that the colleague had seen the value before: both are kept.
  const [{ body }] = colleague.items('conflict').filter((item) => item.body.entity_id === check.id);
  assert.deepEqual([body.field, body.kept, body.other], ['problem', '合成：甲一', '合成：乙']);
  colleague.record('check_result', check.id, { problem: body.other });
  await colleague.sync();
  await Promise.all([mine.pull(), colleague.pull()]);

  const [[again]] = await stack.sql('SELECT COUNT(*) FROM sync_op');
  assert.equal(Number(again), Number(operations) + 1, 'each operation is there, once');
  assert.equal(colleague.items('conflict').length, 0);
  const present = mine.item('check_result', check.id).body;
  assert.deepEqual([present.problem, present.disposal], [expected.problem, expected.disposal]);
  assert.equal(mine.item('section', section.id).body.note, '合成：备份之后');
  assert.equal(mine.items('evidence')
    .find(({ body }) => body.sha256 === sha256).body.verified, true);
  assert.deepEqual([await mine.selfCheck(), await colleague.selfCheck()], [[], []]);
  for (const item of mine.items('check_result'))
    if (colleague.item('check_result', item.id))
      assert.deepEqual(colleague.item('check_result', item.id), item);
});
