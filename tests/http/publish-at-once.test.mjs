// Two departments publish what they found at one enterprise at the same moment: they wait for each
// other at the enterprise, and neither loses what it published or what it is found by.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const ROUNDS = 5;

let stack;
let work;
let parts; // one section of each department, of one visit

// The visit that both departments make; where the draw gave none, one section goes over to a visit
// of the other's.
function ofOneVisit() {
  const mine = work.parts.filter(({ department }) => department === DISTRICT);
  const theirs = work.parts.filter(({ department }) => department === MARKET);
  for (const part of mine) {
    const other = theirs.find(({ visit }) => visit.code === part.visit.code);
    if (other) return [part, other];
  }
  return [mine[0], theirs[0]];
}

before(async () => {
  stack = await startStack({ own: true });
  work = new Fieldwork(stack, await seed(stack));
  parts = ofOneVisit();
  for (const part of parts) {
    await work.sign(part, { code: 'A' });
    await work.accept(part);
  }
  const [mine, other] = parts.map(({ section }) => section);
  await stack.operate(`UPDATE section SET visit_id = (SELECT visit_id FROM section WHERE id = ${
    mine}) WHERE id = ${other}`);
});
after(() => stack.stop());

// What each department may publish next: the check, later a penalty.
async function dueOf(part, round) {
  if (round > 0) {
    const reviewer = await work.role(part.department, 'reviewer');
    expectJson(await reviewer.post(`/planner/v1/sections/${part.section}/penalties`, {
      decision_no: `测试并发罚〔${today().slice(0, 4)}〕${part.section}${round}号`,
      act_type: '测试违法行为', content: '罚款500元', authority: '测试机关', decided_on: today() }),
    201);
  }
  const due = await work.publications(part.department, 'due', part.section);
  assert.equal(due.length, 1);
  return due[0].id;
}

const numbers = async (query) => (await stack.sql(query)).flat().map(Number);

// It is public in its first version, goes to the platform once, and is found by every part of its
// enterprise's name and code.
async function whole(id) {
  assert.deepEqual(await stack.sql(
    `SELECT state, version FROM publication WHERE id = ${id}`), [['published', '1']]);
  const of = (table) => `SELECT COUNT(*) FROM ${table} WHERE publication_id = ${id}`;
  assert.deepEqual(await numbers(of('publication_version')), [1], 'versions');
  assert.deepEqual(await numbers(`${of('outbox')} AND action = 'publish' GROUP BY target`), [1]);
  const [expected] = await numbers('SELECT COUNT(DISTINCT SUBSTR(search_text, seq, 16)) FROM ' +
    'publication JOIN seq_1_to_160 ON seq <= CHAR_LENGTH(search_text) AND ' +
    `SUBSTR(search_text, seq, 1) <> '|' WHERE id = ${id}`);
  assert.ok(expected > 18);
  assert.deepEqual(await numbers(`${of('publication_suffix')} AND LEFT(suffix, 1) <> CHAR(9)`),
    [expected], 'entries of the index');
  assert.equal((await stack.office.page(`/results/${id}`)).status, 200);
}

test('what two departments publish of one enterprise at the same moment comes out once each, whole',
  async () => {
    const publishers = await Promise.all(parts.map(({ department }) =>
      work.role(department, 'publisher')));
    const published = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ids = [];
      for (const part of parts) ids.push(await dueOf(part, round));
      // Each is sent twice, as by an impatient hand.
      const replies = await Promise.all([...ids, ...ids].map((id, i) =>
        publishers[i % 2].post(`/planner/v1/publications/${id}/publish`, {})));
      for (const n of [0, 1])
        assert.deepEqual([replies[n], replies[n + 2]].map(({ status }) => status).sort(),
          [200, 409], `round ${round}, department ${n}`);
      published.push(...ids);
      for (const id of ids) await whole(id);
    }
    const [[code]] = await stack.sql(
      `SELECT subject_code FROM publication WHERE id = ${published[0]}`);
    assert.deepEqual(await numbers('SELECT id FROM publication WHERE state = ' +
      `'published' AND subject_code = '${code}' ORDER BY id`), published.sort((a, b) => a - b));
    for (const path of [`/subjects/${code}`, `/?q=${code}`]) {
      const { text } = await stack.office.page(path);
      for (const id of published) assert.ok(text.includes(`/results/${id}"`), `${path} ${id}`);
    }
  });
