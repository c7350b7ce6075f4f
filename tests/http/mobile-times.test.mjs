// Clocks of phones that stand wrong: what they say is kept, shown at the review, and not made
// public until a reviewer has decided on which day the check was.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const DAY = 86400000;
const ago = (ms) => new Date(Date.now() - ms).toISOString();
const day = (days) => new Date(Date.now() + 8 * 3600000 - days * DAY).toISOString().slice(0, 10);

let stack;
let work;

before(async () => {
  stack = await startStack({ own: true });
  work = new Fieldwork(stack, await seed(stack));
});
after(() => stack.stop());

const CASES = [
  ['a clock in 2098', { arrived_at: '2098-05-06T01:25:00Z', left_at: '2098-05-06T02:50:00Z' },
    ['future']],
  ['a day ahead', { arrived_at: ago(-DAY), left_at: ago(-DAY - 1000) }, ['future']],
  ['ten minutes ahead', { arrived_at: ago(600000), left_at: ago(-600000) }, ['future']],
  ['a clock that began in 1970',
    { arrived_at: '1970-01-01T00:00:00Z', left_at: '1970-01-01T01:00:00Z' },
    ['before_dispatch']],
  ['two days before the dispatch', { arrived_at: ago(2 * DAY), left_at: ago(2 * DAY - 1000) },
    ['before_dispatch']],
  ['the departure first', { arrived_at: ago(600000), left_at: ago(600001) },
    ['left_before_arrived']],
  ['set in between', { arrived_at: '2098-05-06T01:25:00Z', left_at: ago(0) },
    ['future', 'left_before_arrived']],
];

for (const [what, times, faults] of CASES)
  test(`${what}: kept, flagged, and nothing of it is public`, async () => {
    const part = work.take(work.parts.some(({ department }) => department === DISTRICT)
      ? DISTRICT : MARKET);
    const reviewer = await work.role(part.department, 'reviewer');
    const publisher = await work.role(part.department, 'publisher');
    const { phone } = await work.sign(part, { times });
    const shown = async () => expectJson(
      await reviewer.get(`/planner/v1/sections/${part.section}`));
    const section = await shown();
    assert.deepEqual(section.time_faults, faults);
    assert.equal(section.state, 'signed');
    const [[kept]] = await stack.sql(`SELECT arrived_at FROM section WHERE id = ${part.section}`);
    assert.equal(Date.parse(`${kept.replace(' ', 'T')}Z`), Date.parse(times.arrived_at),
      'as it was recorded');
    const review = (body) => reviewer.post(`/planner/v1/sections/${part.section}/review`, body);
    const accept = (more) => review({ decision: 'accept', ...more });
    expectProblem(await accept(), 409, 'wrong-state', { pointer: '/checked_on' });
    expectProblem(await accept({ checked_on: today() }), 422, 'invalid', { pointer: '/reason' });
    for (const checked_on of ['2098-05-06', '1970-01-01', day(2), day(-1)])
      expectProblem(await accept({ checked_on, reason: '合成' }), 422, 'invalid',
        { pointer: '/checked_on' });
    assert.equal((await work.publications(part.department, 'due', part.section)).length, 0);
    expectJson(await accept({ checked_on: today(), reason: '设备时间有误，经核实' }));
    const accepted = await shown();
    assert.deepEqual([accepted.state, accepted.checked_on, accepted.review_reason],
      ['accepted', today(), '设备时间有误，经核实']);
    const [{ id }] = await work.publications(part.department, 'due', part.section);
    const publish = () => publisher.post(`/planner/v1/publications/${id}/publish`, {});
    await stack.operate(`UPDATE section SET checked_on = NULL WHERE id = ${part.section}`);
    expectProblem(await publish(), 409, 'wrong-state');
    await stack.operate(`UPDATE section SET checked_on = '${today()}' WHERE id = ${part.section}`);
    expectJson(await publish());
    const [[date, payload]] = await stack.sql(
      `SELECT checked_on, payload FROM public_publication WHERE id = ${id}`);
    assert.deepEqual([date, JSON.parse(payload).insDate], [today(), today()]);
    await phone.pull();
  });

test('times in order are nobody\'s to decide, and a section that goes back is timed anew', async () => {
  const part = work.take(MARKET);
  const reviewer = await work.role(part.department, 'reviewer');
  const review = (body) => reviewer.post(`/planner/v1/sections/${part.section}/review`, body);
  const { phone } = await work.sign(part,
    { times: { arrived_at: '2098-05-06T01:25:00Z', left_at: null } });
  expectJson(await review({ decision: 'return', reason: '请更正到达时间' }));
  await phone.pull();
  phone.record('section', part.section, { arrived_at: ago(3000000), left_at: null });
  phone.record('section_sign', part.section, {});
  await phone.sync();
  expectProblem(await review({ decision: 'accept', checked_on: today(), reason: '合成' }),
    422, 'invalid',
    { pointer: '/checked_on' });
  expectJson(await review({ decision: 'accept' }));
});
