// The plans of several campaigns, looked through by a checker of their own: after every kind of
// step that may change a day or a team, and, for each rule, in front of a row that breaks it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { brokenRules } from '../support/visit-rules.mjs';
import { DAYS, LAST, addDays, begin, broken, campaigns, cancel, codesOf, home, issue,
  movable, move, moveSomewhere, path, pin, show, stack, tryMove, visit, world,
} from './visit-world.mjs';
import { MARKET } from './world.mjs';

const EDITS = Number(process.env.LIANCHA_EDITS ?? 200);

before(begin);
after(() => stack.stop());

// ---- one entry, several campaigns ---------------------------------------------------------------

// Entry -> campaigns whose visits share it.
const shared = async () => stack.sql('SELECT COALESCE(joint_id, id) AS entry, MIN(planned_on), ' +
  'MIN(campaign_id) FROM visit WHERE planned_on IS NOT NULL AND state = \'planned\' ' +
  'GROUP BY 1 HAVING COUNT(*) > 1 ORDER BY 2');

test('whoever was first at an entry may leave it: those who stay have another number for it',
  async () => {
    const all = { from: today(), to: addDays(today(), 12) };
    for (const campaign of campaigns.slice(0, 2)) await post(home, path('schedule', campaign), all);
    const entries = await shared();
    assert.ok(entries.length > 0);
    assert.deepEqual(await broken(), []);
    await post(home, path('schedule', campaigns[0]),
      { from: addDays(today(), 13), to: addDays(today(), LAST) });
    assert.deepEqual(await broken(), []);
    assert.ok((await shared()).length < entries.length);
  });

test('what was joined keeps its kind of notice: none, or one that was given', async () => {
  await post(home, path('schedule', campaigns[0]), { from: today(), to: addDays(today(), LAST) });
  assert.ok((await shared()).length > 0);
  const offer = (notice) => home.post(path('joint', campaigns[0]), { notice });
  assert.match(expectProblem(await offer('none'), 409, 'wrong-state').detail, /合并上门/);
  assert.equal((await offer('given')).status, 204);
  assert.deepEqual(await broken(), []);
});

// ---- by hand ------------------------------------------------------------------------------------

test('a visit that was moved by hand keeps all rules, and its day when others are dated', async () => {
  const [code] = await codesOf(campaigns[0]);
  const before_ = await show(code);
  assert.deepEqual(before_.actions.map(({ name, allowed }) => [name, allowed]),
    [['visit.move', true], ['visit.cancel', true], ['visit.pin', true]]);
  assert.equal(before_.pinned, false);
  const moved = await moveSomewhere(code);
  assert.notEqual(moved.planned_on, before_.planned_on);
  assert.deepEqual([moved.pinned, moved.version], [true, before_.version + 1]);
  assert.deepEqual(await broken(), []);
  // Nobody would give it that day by himself.
  await post(home, path('schedule', campaigns[0]),
    { from: addDays(today(), 20), to: addDays(today(), LAST) });
  assert.equal((await show(code)).planned_on, moved.planned_on);
  assert.deepEqual(await broken(), []);
  const freed = expectJson(await pin(home, code, false, moved.version));
  assert.deepEqual([freed.pinned, freed.version], [false, moved.version + 1]);
  expectProblem(await pin(home, code, false, freed.version), 409, 'wrong-state',
    { pointer: '/pinned' });
  await post(home, path('schedule', campaigns[0]),
    { from: addDays(today(), 20), to: addDays(today(), LAST) });
  assert.ok((await show(code)).planned_on >= addDays(today(), 20));
  const events = await stack.sql('SELECT action, detail FROM audit_event WHERE target = ' +
    `'visit:${code}' AND action IN ('visit.move', 'visit.pin') ORDER BY seq`);
  assert.deepEqual(events.map(([action]) => action), ['visit.move', 'visit.pin']);
  assert.ok(events[0][1].includes(moved.planned_on) && events[0][1].includes('企业申请改期'));
});

test('what a move would break is named, and nothing is changed', async () => {
  const [code] = await codesOf(campaigns[0]);
  const { version, planned_on: on } = await show(code);
  const sunday = DAYS.slice(6).find((day) => new Date(`${day}T00:00:00Z`).getUTCDay() === 0);
  const [[works]] = await stack.sql(`SELECT COUNT(*) FROM calendar_day WHERE day = '${sunday}' ` +
    "AND kind = 'work'");
  if (works === '0')
    assert.match(expectProblem(await move(home, code, sunday, version), 422, 'invalid',
      { pointer: '/planned_on' }).detail, /不是工作日/);
  for (const [day, words] of [[addDays(today(), -1), /早于今天/], [on, /已排在这一天/],
    [addDays(today(), LAST + 1), /计划截止日期/]])
    assert.match(expectProblem(await move(home, code, day, version), 422, 'invalid',
      { pointer: '/planned_on' }).detail, words);
  const fits = (await moveSomewhere(code)).planned_on;
  await moveSomewhere(code);
  const { version: now, planned_on: there } = await show(code);
  const rule = (name, value) =>
    stack.operate(`UPDATE rule SET value = ${value} WHERE name = '${name}'`);
  for (const [name, usual, words] of [['alert.subject.daily', 1, /当日已有检查/],
    ['alert.subject.weekly', 2, /当周检查次数已达上限/],
    ['alert.subject.monthly', 3, /当月检查次数已达上限/],
    ['load.daily', 4, /检查人员当日次数已满（[TP]-.+）/]]) {
    await rule(name, 0);
    assert.match(expectProblem(await move(home, code, fits, now), 409, 'wrong-state',
      { pointer: '/planned_on' }).detail, words);
    await rule(name, usual);
  }
  expectProblem(await move(await stack.office.role(MARKET, 'planner'), code, fits, now), 403,
    'forbidden');
  expectProblem(await move(home, 'nothing', fits, now), 404, 'not-found');
  expectProblem(await move(home, code, fits, now, { reason: ' ' }), 422, 'invalid');
  const shown = await show(code);
  assert.deepEqual([shown.version, shown.planned_on], [now, there]);
});

test('of two who move a visit at once one is told what the other did', async () => {
  const [, code] = await codesOf(campaigns[0]);
  const { planned_on: on } = await moveSomewhere(code);
  await moveSomewhere(code);
  const { version } = await show(code);
  const replies = await Promise.all([1, 2].map(() => move(home, code, on, version)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 412]);
  const { present } = expectProblem(replies.find(({ status }) => status === 412), 412, 'stale');
  assert.deepEqual([present.planned_on, present.version, present.pinned], [on, version + 1, true]);
  expectProblem(await pin(home, code, false, version), 412, 'stale');
  assert.deepEqual(await broken(), []);
});

test('what is late, or whose team is off duty or without a card that day, is not sent', async () => {
  await home.post(path('schedule', campaigns[0]), { from: today(), to: addDays(today(), LAST) });
  const [late, off, expired] = await codesOf(campaigns[0]);
  const day = (await show(late)).planned_on;
  const on = (code, to) =>
    stack.operate(`UPDATE visit SET planned_on = '${to}' WHERE code = '${code}'`);
  const member = async (code, set) => {
    const [[id]] = await stack.sql('SELECT MIN(a.inspector_id) FROM visit v JOIN section s ON ' +
      `s.visit_id = v.id JOIN assignment a ON a.section_id = s.id WHERE v.code = '${code}'`);
    await stack.operate(`UPDATE inspector SET ${set} WHERE id = ${id}`);
  };
  await on(late, addDays(today(), -1));
  await member(off, 'on_duty = 0');
  await member(expired, `card_expires_on = '${addDays((await show(expired)).planned_on, -1)}'`);
  const { held_visits: held } = expectJson(await home.post(path('dispatch', campaigns[0]), {}));
  const why = new Map(held.map(({ visit: code, reason }) => [code, reason]));
  assert.match(why.get(late), /日期已过/);
  for (const code of [off, expired]) assert.match(why.get(code), /离岗、证件当日无效/);
  const planned = await codesOf(campaigns[0]);
  for (const code of [late, off, expired]) assert.ok(planned.includes(code), code);
  await on(late, day);
  await member(off, 'on_duty = 1');
  await member(expired, `card_expires_on = '${addDays(today(), 700)}'`);
});

test('what is dispatched may be moved until it is begun, and reaches the phones of its team alone',
  async () => {
    await home.post(path('schedule', campaigns[0]), { from: today(), to: addDays(today(), LAST) });
    const [gone] = await codesOf(campaigns[0]);
    expectJson(await home.post(path('dispatch', campaigns[0]), {}));
    const [code] = await codesOf(campaigns[0], 'dispatched');
    assert.ok(gone);
    const { sections } = await show(code);
    const [{ inspectors: [{ card_no: card }] }] = sections;
    const phone = await world.newPhone(card);
    await phone.pull();
    const heads = async () => new Map((await stack.sql('SELECT kind, owner_id, seq FROM ' +
      'feed_head')).map(([kind, owner, seq]) => [`${kind} ${owner}`, seq]));
    const former = await heads();
    const told = async () => (await stack.sql('SELECT entity, entity_id, seq FROM feed_item ' +
      'WHERE ' +
      `owner_id = (SELECT id FROM visit WHERE code = '${code}') AND kind = 2`)).map(String);
    const before_ = new Set(await told());
    const { planned_on: on, pinned } = await moveSomewhere(code);
    assert.equal(pinned, false);
    // Nothing of what phones write, of which the move may know an older state.
    const anew = (await told()).filter((item) => !before_.has(item));
    assert.deepEqual(anew.map((item) => item.split(',')[0]), ['visit']);
    await phone.pull();
    assert.equal(phone.items('visit').find(({ body }) => body.code === code).body.planned_on, on);
    const reached = [...await heads()].filter(([feed, seq]) => former.get(feed) !== seq)
      .map(([feed]) => feed).sort();
    const own = await stack.sql("SELECT CONCAT('1 ', a.inspector_id) FROM visit v " +
      'JOIN section s ON s.visit_id = v.id JOIN assignment a ON a.section_id = s.id WHERE ' +
      `v.code = '${code}' UNION SELECT CONCAT('2 ', v.id) FROM visit v WHERE v.code = '${code}'`);
    assert.ok(reached.length > 0 && reached.every((feed) => own.flat().includes(feed)),
      `${reached} of ${own.flat()}`);
    const { actions } = await show(code);
    assert.match(actions.find(({ name }) => name === 'visit.pin').why, /已派发/);
    const [{ section }] = sections;
    const { version } = await show(code);
    // What a phone takes back has been recorded all the same.
    for (const [table, column, value, none] of [
      ['section', 'state', 'signed', 'open'], ['section', 'attended', '1', ''],
      ['section', 'field_versions', '1:1:1', ''], ['section', 'code_state', 'missing', 'none'],
      ['check_result', 'field_versions', '1:1:1', '']]) {
      const set = (to) => stack.operate(`UPDATE ${table} SET ${column} = '${to}' WHERE ` +
        `${table === 'section' ? 'id' : 'section_id'} = ${section}`);
      await set(value);
      assert.match(expectProblem(await move(home, code, DAYS[1], version), 409, 'wrong-state')
        .detail, /已经开始/, `${table} ${column}`);
      await set(none);
    }
    assert.deepEqual(await broken(), []);
  });

const restore = (id, [on, joint, door]) => stack.operate('UPDATE visit SET ' +
  `planned_on = ${on}, joint_id = ${joint}, door_code = ${door} WHERE id = ${id}`);
const paper = async (address) => (await request(address)).status;

test('a move leaves phones that have not heard of it a door code that holds', async () => {
  const [id, code, other, ...former] = await movable();
  await stack.operate(`UPDATE visit SET planned_on = NULL WHERE id = ${other}`); // no day to share
  const codes = async () => (await stack.sql('SELECT door_code, former_door_code FROM visit ' +
    `WHERE id = ${id}`))[0];
  const [[door, before], { sections: [{ section, inspectors: [{ card_no: card }] }] }] =
    [await codes(), await show(code)];
  const phone = await world.newPhone(card);
  await phone.pull();
  await moveSomewhere(code);
  assert.deepEqual(await codes(), [door, before], 'alone it keeps its own');
  // Who stays has it, where somebody does.
  await stack.operate(`UPDATE visit o JOIN visit v ON v.id = ${id} SET o.joint_id = v.id,
    o.planned_on = v.planned_on, o.door_code = v.door_code WHERE o.id = ${other}`);
  await moveSomewhere(code);
  const [fresh, kept] = await codes();
  assert.notEqual(fresh, door);
  assert.equal(kept, door);
  await restore(other, former);
  const op = phone.record('attendance', undefined, { section_id: section, card_no: card,
    event: 'arrived', at: new Date().toISOString(), how: 'typed', door_code: door });
  await phone.sync();
  assert.equal(phone.outcomes.get(op).outcome, 'applied');
  assert.deepEqual(await broken(), []);
});

test('a visit that is out is not moved to a day on which its team cannot come', async () => {
  const [, code] = await movable();
  const day = (await moveSomewhere(code)).planned_on;
  await moveSomewhere(code);
  const { version, planned_on: on, sections } = await show(code);
  const { inspectors } = sections[0];
  const [{ card_no: card }] = inspectors;
  const people = (set) => stack.operate(`UPDATE inspector SET ${set} WHERE card_no = '${card}'`);
  for (const [set, back] of [['on_duty = 0', 'on_duty = 1'],
    [`card_expires_on = '${addDays(day, -1)}'`, `card_expires_on = '${addDays(today(), 700)}'`]]) {
    await people(set);
    const { detail } = expectProblem(await move(home, code, day, version), 409, 'wrong-state',
      { pointer: '/planned_on' });
    assert.match(detail, /人员不足/);
    assert.ok(detail.endsWith(`：${card}`), detail);
    await people(back);
  }
  const now = await show(code);
  assert.deepEqual([now.version, now.planned_on], [version, on]);
  expectJson(await move(home, code, day, version));
});

test('a notice goes along with its entry, and stays with those whom its first visit leaves',
  async () => {
    const [id, code, other, ...former] = await movable();
    const { address } = expectJson(await issue(code), 201);
    const { planned_on: day, notice_left: gone } = await moveSomewhere(code);
    assert.equal(gone, false);
    assert.equal(await paper(address), 200, 'alone');
    const entryOf = async () => (await stack.sql('SELECT DISTINCT n.entry FROM visit_notice n ' +
      `JOIN visit v ON n.entry IN (v.id, v.joint_id) WHERE v.id IN (${id}, ${other})`)).flat();
    assert.deepEqual(await entryOf(), [id]);

    // Who stays keeps the paper; who left it needs another one.
    await stack.operate(`UPDATE visit o JOIN visit v ON v.id = ${id} SET o.joint_id = v.id,
      o.planned_on = v.planned_on, o.door_code = v.door_code, o.state = 'dispatched'
      WHERE o.id = ${other}`);
    const { planned_on: away, notice_left: left } = await moveSomewhere(code);
    assert.equal(left, true);
    assert.deepEqual(await entryOf(), [other]);
    assert.equal(await paper(address), 200);
    assert.equal((await show(code)).notice, null);
    // Made out anew, and joined to the entry that has one: each holds.
    const second = expectJson(await issue(code), 201).address;
    assert.equal(await paper(second), 200);
    expectJson(await move(home, code, day, (await show(code)).version));
    assert.deepEqual(await entryOf(), [other]);
    assert.deepEqual([await paper(address), await paper(second)], [200, 200]);
    // Joined to one that has none: its own goes along.
    const { version } = await show(code);
    await stack.operate(`UPDATE visit SET planned_on = '${away}', joint_id = NULL
      WHERE id = ${id}`);
    await stack.operate(`UPDATE visit_notice SET entry = ${id} WHERE entry = ${other}`);
    expectJson(await move(home, code, day, version));
    assert.deepEqual(await entryOf(), [other]);
    assert.equal(await paper(address), 200);
    // What is not out yet has no page: of who was first, or last, at their entry.
    await stack.operate(`UPDATE visit SET state = 'planned' WHERE id = ${other}`);
    for (const [first, last] of [[id, other], [other, id]]) {
      await stack.operate(`UPDATE visit SET joint_id = NULL WHERE id = ${first}`);
      await stack.operate(`UPDATE visit SET joint_id = ${first} WHERE id = ${last}`);
      await stack.operate(`UPDATE visit o JOIN visit v ON v.id = ${id} SET
        o.planned_on = v.planned_on WHERE o.id = ${other}`);
      await stack.operate(`UPDATE visit_notice SET entry = ${first} WHERE entry IN (${id}, ${
        other})`);
      await moveSomewhere(code);
      assert.deepEqual(await entryOf(), [id], `first was ${first}`);
      assert.equal(await paper(address), 200);
    }
    await stack.operate(`UPDATE visit SET joint_id = NULL WHERE id = ${id}`);
    await stack.operate(`UPDATE visit_notice SET entry = ${id} WHERE entry = ${other}`);
    await restore(other, former);
  });

test('from the day on no paper ends another, and who made one out, nobody else, may have one more',
  async () => {
    const [id, code] = await movable();
    const { planned_on: on } = await show(code);
    const set = (to) => stack.operate(`UPDATE visit SET ${to} WHERE id = ${id}`);
    const anew = () => issue(code, { replace: true });
    const papers = [expectJson(await anew(), 201).address];
    const [[author]] = await stack.sql(`SELECT issued_by FROM visit_notice WHERE entry = ${id}`);
    const by = (who) => stack.operate('UPDATE visit_notice SET issued_by = ' +
      `${who} WHERE entry = ${id}`);
    const rules = async () => {
      expectProblem(await issue(code), 409, 'conflict');
      papers.push(expectJson(await anew(), 201).address);
      const { notice } = await show(code);
      await by(`(SELECT MIN(id) FROM account WHERE id <> ${author})`);
      assert.match(expectProblem(await anew(), 409, 'conflict').detail, /仅出具人本人/);
      assert.deepEqual([notice.own, (await show(code)).notice.own], [true, false]);
      await by(author);
      for (const one of papers) assert.equal(await paper(one), 200);
    };
    await set(`planned_on = '${today()}', unannounced = 1`);
    await rules();
    const { version } = await show(code);
    assert.match(expectProblem(await move(home, code, on, version), 409, 'wrong-state').detail,
      /不事先通知/);
    // Nor by way of another day.
    await set('unannounced = 0');
    expectJson(await move(home, code, on, version));
    assert.equal((await show(code)).notice.kept, true);
    await rules();
    await stack.operate(`DELETE FROM visit_notice WHERE entry = ${id}`);
  });

test('who was to come unannounced and did not is moved, once that day is over', async () => {
  const [id, code] = await movable();
  const { planned_on: on, version } = await show(code);
  const set = (to) => stack.operate(`UPDATE visit SET ${to} WHERE id = ${id}`);
  await set(`planned_on = '${today()}', unannounced = 1`);
  const { address } = expectJson(await issue(code), 201);
  await set(`planned_on = '${addDays(today(), -1)}'`);
  expectJson(await move(home, code, on, version));
  // Nothing is told before the new day, by the same paper then.
  assert.equal(await paper(address), 404);
  expectProblem(await issue(code, { replace: true }), 409, 'wrong-state');
  await set(`planned_on = '${today()}'`);
  assert.equal(await paper(address), 200);
  await set(`planned_on = '${on}', unannounced = 0`);
});

// ---- many edits ---------------------------------------------------------------------------------

// SplitMix in its 32-bit cousin.
function randomBelow(seed_) {
  let state = seed_;
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) % n;
  };
}

const window = (below) => {
  const from = addDays(today(), below(12));
  return { from, to: addDays(today(), 14 + below(LAST - 14)) };
};

// Somebody of a team that is not signed: section, department, card, subject.
async function someone(below) {
  const members = await stack.sql('SELECT s.id, d.code, i.card_no, u.code FROM assignment a ' +
    'JOIN section s ON s.id = a.section_id JOIN department d ON d.id = s.department_id ' +
    'JOIN inspector i ON i.id = a.inspector_id JOIN visit v ON v.id = s.visit_id ' +
    `JOIN subject u ON u.id = v.subject_id WHERE v.campaign_id IN (SELECT id FROM campaign WHERE
     code IN (${campaigns.map(({ code }) => `'${code}'`)})) ORDER BY 1, 3`);
  const [section, department, card, subject] = members[below(members.length)];
  return { section, department, card, subject };
}

const put = new Map(); // visit -> the day on which it is pinned
const EDIT = {
  schedule: async (below) =>
    home.post(path('schedule', campaigns[below(campaigns.length)]), window(below)),
  offer: async (below) => home.post(path('joint', campaigns[below(campaigns.length)]),
    { notice: below(4) ? 'given' : 'none' }),
  withdraw: async (below) => home.delete(path('joint', campaigns[below(campaigns.length)])),
  plan: async (below) => {
    const body = window(below);
    const shown = await home.post('/planner/v1/joint-schedules/preview', body);
    return shown.status === 200 ? home.post('/planner/v1/joint-schedules',
      { ...body, version: shown.json.version }) : shown;
  },
  move: async (below) => {
    const codes = await codesOf(campaigns[below(campaigns.length)]);
    if (codes.length === 0) return { status: 0 };
    const code = codes[below(codes.length)];
    const res = await move(home, code, DAYS[below(LAST)], (await show(code)).version);
    if (res.status === 200) put.set(code, res.json.planned_on);
    return res;
  },
  cancel: async (below) => {
    const campaign = campaigns[below(campaigns.length)];
    const codes = await codesOf(campaign, below(2) ? 'planned' : 'dispatched');
    if (codes.length === 0) return { status: 0 };
    const code = codes[below(codes.length)];
    const res = await cancel(home, code, (await show(code)).version);
    if (res.status === 200) put.delete(code);
    return res;
  },
  unpin: async () => {
    const [[code] = []] = put;
    if (!code) return { status: 0 };
    const res = await pin(home, code, false, (await show(code)).version);
    if (res.status === 200) put.delete(code);
    return res;
  },
  recuse: async (below) => {
    const { department, card, subject } = await someone(below);
    return (await stack.office.role(department, 'planner'))
      .post(`/planner/v1/inspectors/${card}/recusals`, { subject, reason: '测试回避' });
  },
  change: async (below) => {
    const { section, department, card } = await someone(below);
    return (await stack.office.role(department, 'planner'))
      .post(`/planner/v1/sections/${section}/adjustments`, { inspector: card, reason: '测试调整',
        ...(below(2) ? { replacement: `P-${department}-${1 + below(5)}` } : {}) });
  },
  decide: async (below) => {
    const open = await stack.sql('SELECT a.id, d.code FROM adjustment a JOIN department d ON ' +
      "d.id = a.department_id WHERE a.state = 'requested' ORDER BY a.id");
    if (open.length === 0) return { status: 0 };
    const [id, department] = open[below(open.length)];
    return (await stack.office.role(department, 'reviewer'))
      .post(`/planner/v1/adjustments/${id}/decision`, { decision: 'approve' });
  },
};
const OFTEN = ['schedule', 'schedule', 'offer', 'plan', 'plan', 'recuse', 'change', 'change',
  'decide', 'decide', 'decide', 'withdraw', 'move', 'move', 'move', 'unpin', 'cancel'];

const pinnedDays = async () => new Map(await stack.sql('SELECT code, planned_on FROM visit WHERE ' +
  'pinned ORDER BY code'));

test('no rule is broken by any of many plans, changes of teams and recusals, nor by what goes out',
  async () => {
    const below = randomBelow(2026);
    const done = {};
    for (const [code, day] of await pinnedDays()) put.set(code, day);
    assert.deepEqual(await broken(), []);
    for (let i = 0; i < EDITS; i++) {
      // One after the other they go out, and the rest is planned around them.
      const out = Math.floor(i * campaigns.length / EDITS);
      const name = OFTEN[below(OFTEN.length)];
      const { status, text } = await EDIT[name](below);
      assert.ok(status < 500, `${name}: ${text}`);
      const changed = status >= 200 && status < 300;
      done[name] = (done[name] ?? 0) + changed;
      if (changed && i >= EDITS / campaigns.length) // some are dispatched
        assert.deepEqual(await broken(['dispatched']), [], `after ${i} edits, ${name}`);
      if (changed)
        assert.deepEqual(await pinnedDays(), new Map([...put].sort()), `${i}: ${name}`);
      if (out && i === Math.ceil(out * EDITS / campaigns.length)) {
        await home.post(path('schedule', campaigns[out - 1]), { from: today(),
          to: addDays(today(), LAST) });
        await home.post(path('dispatch', campaigns[out - 1]), {});
        const still = await pinnedDays();
        for (const code of put.keys()) if (!still.has(code)) put.delete(code); // it is out
      }
    }
    for (const name of Object.keys(EDIT)) assert.ok(done[name] > 0, `${name} was never done`);
    // A change of a team that has not gone out counts when its visit is dated again.
    for (const campaign of campaigns)
      await home.post(path('schedule', campaign), { from: today(), to: addDays(today(), LAST) });
    assert.deepEqual(await broken(), []);
    const [[sent]] = await stack.sql("SELECT COUNT(*) FROM visit WHERE state = 'dispatched' AND " +
      `code LIKE '${campaigns[0].code}-%'`);
    assert.ok(Number(sent) > 0);
  });

// ---- what the checker sees ----------------------------------------------------------------------

// Further visits of the enterprise of visit v on these days, each of a campaign of its own.
const more = (id, days) => days.map((day, i) =>
  `INSERT INTO campaign (code, name, region_code, department_id, rule, state)
     SELECT 'BROKEN${i}', '测试', region_code, department_id, rule, 'open' FROM campaign c
     WHERE c.id = (SELECT campaign_id FROM visit WHERE id = ${id});
   INSERT INTO visit (code, campaign_id, subject_id, lead_department_id, state, door_code,
     planned_on) SELECT 'BROKEN${i}', (SELECT id FROM campaign WHERE code = 'BROKEN${i}'),
     subject_id, lead_department_id, 'dispatched', 'BROKEN0${i}', '${day}' FROM visit
     WHERE id = ${id}`).join(';');

test('the checker names each rule that a row breaks', async () => {
  const [[id, day, campaign]] = await stack.sql('SELECT v.id, v.planned_on, v.campaign_id FROM ' +
    "visit v JOIN section s ON s.visit_id = v.id WHERE v.state = 'dispatched' AND v.planned_on " +
    "IS NOT NULL AND s.state = 'open' AND v.joint_id IS NULL GROUP BY v.id HAVING COUNT(*) > 1 " +
    'ORDER BY v.id LIMIT 1');
  const one = `id = ${id}`;
  const own = `s.visit_id = ${id}`;
  const [[section, who]] = await stack.sql('SELECT s.id, a.inspector_id FROM section s JOIN ' +
    `assignment a ON a.section_id = s.id WHERE ${own} ORDER BY 1, 2 LIMIT 1`);
  const sunday = addDays(day, 7 - (new Date(`${day}T00:00:00Z`).getUTCDay() || 7));
  const monday = addDays(day, 1 - (new Date(`${day}T00:00:00Z`).getUTCDay() || 7));
  const others = [0, 1, 2, 3, 4].map((n) => addDays(monday, n)).filter((one_) => one_ !== day);
  const month = Array.from({ length: 28 }, (_, n) => `${day.slice(0, 8)}${String(n + 1)
    .padStart(2, '0')}`).filter((one_) => one_ !== day);
  const same = `UPDATE visit SET planned_on = '${day}' WHERE campaign_id = ${campaign};
    INSERT IGNORE INTO assignment SELECT s.id, ${who}, 'direct', '', REPEAT('x', 32) FROM section s
      JOIN visit v ON v.id = s.visit_id WHERE v.campaign_id = ${campaign}`;
  const second = `(SELECT MIN(v.id) FROM visit v WHERE v.campaign_id = ${campaign}
    AND v.id <> ${id} AND v.planned_on IS NOT NULL)`;
  const rows = {
    workday: `DELETE FROM calendar_day WHERE day = '${sunday}';
      UPDATE visit SET planned_on = '${sunday}' WHERE ${one}`,
    window: `UPDATE visit SET planned_on = '${addDays(today(), 200)}' WHERE ${one}`,
    entry: `SET @other = ${second}; UPDATE visit SET joint_id = @other WHERE ${one}`,
    door: `SET @door = (SELECT door_code FROM visit WHERE id = ${second});
      UPDATE visit SET door_code = @door WHERE ${one}`,
    daily: more(id, [day]),
    weekly: more(id, others.slice(0, 2)),
    monthly: more(id, month.slice(0, 3)),
    load: same,
    district: `${same}; UPDATE subject SET region_code = '410403'
      WHERE id = (SELECT subject_id FROM visit WHERE ${one})`,
    team: `DELETE FROM assignment WHERE section_id = ${section} AND inspector_id = ${who}`,
    specialty: `DELETE FROM inspector_specialty WHERE inspector_id IN (SELECT a.inspector_id FROM
      assignment a WHERE a.section_id = ${section})`,
    recusal: `INSERT INTO inspector_recusal (inspector_id, subject_id, reason)
      SELECT ${who}, subject_id, '' FROM visit WHERE ${one}`,
    card: `UPDATE inspector SET card_expires_on = '${addDays(day, -1)}' WHERE id = ${who}`,
    twice: `INSERT INTO assignment SELECT MAX(s.id), ${who}, 'direct', '', REPEAT('x', 32)
      FROM section s WHERE ${own}`,
  };
  for (const [rule, row] of Object.entries(rows)) {
    // Seen by the checker's queries alone.
    const found = await brokenRules((query) =>
      stack.operate(`START TRANSACTION; ${row}; ${query}; ROLLBACK`));
    assert.ok(found.some((line) => line.startsWith(`${rule}: `)), `${rule}: ${found.join('\n')}`);
  }
  assert.deepEqual(await broken(), []);
});
