// The notice of an entry: by its code alone an enterprise sees who comes, whatever campaigns and
// departments go in.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, seed } from './world.mjs';

let stack;
let world;
let home;

before(async () => {
  stack = await startStack({ own: true });
  world = await seed(stack);
  home = await stack.office.role(HOME, 'planner');
});
after(() => stack.stop());

const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);

test('by the code of its notice alone an enterprise sees who comes, by which plan, for what',
  async () => {
    const { code, subject_name: name } = world.visits[0];
    const issue = (client = home, visit = code, body = { replace: true }) =>
      client.post(`/planner/v1/visits/${visit}/notice`, body);
    const page = (address) => request(address);
    const [[entry]] = await stack.sql('SELECT COALESCE(joint_id, id) FROM visit ' +
      `WHERE code = '${code}'`);
    const inside = `COALESCE(v.joint_id, v.id) = ${entry} AND v.state = 'dispatched'`;
    const set = (to) => stack.operate(`UPDATE visit v SET v.planned_on = ${to} WHERE ${inside}`);
    const { planned_on: day, door_code: door } =
      expectJson(await home.get(`/planner/v1/visits/${code}`));
    await set(`'${addDays(today(), 1)}'`);

    const district = await stack.office.role(DISTRICT, 'planner');
    expectProblem(await issue(district), 403, 'forbidden');
    expectProblem(await issue(home, 'nothing'), 404, 'not-found');
    assert.equal(expectJson(await home.get(`/planner/v1/visits/${code}`)).notice, null);
    const first = expectJson(await issue(home, code, {}), 201);
    assert.match(first.qr_svg, /^<svg/);
    assert.ok(first.address.split('/').at(-1).length >= 43);
    const shown = await page(first.address);
    assert.equal(shown.status, 200);
    assert.equal(shown.headers['cache-control'], 'no-store');
    const items = await stack.sql('SELECT DISTINCT i.name FROM check_result k ' +
      'JOIN inspection_item i ON i.id = k.item_id JOIN section s ON s.id = k.section_id ' +
      `JOIN visit v ON v.id = s.visit_id WHERE ${inside}`);
    const people = await stack.sql('SELECT DISTINCT i.name, i.card_no FROM assignment a ' +
      'JOIN inspector i ON i.id = a.inspector_id JOIN section s ON s.id = a.section_id ' +
      `JOIN visit v ON v.id = s.visit_id WHERE ${inside}`);
    for (const text of [name, CAMPAIGN, ...items.flat(), ...people.flat()])
      assert.ok(shown.text.includes(text), text);
    for (const hidden of [door, code, '0375-290029'])
      assert.ok(!shown.text.includes(hidden), hidden);
    const others = await stack.sql('SELECT card_no FROM inspector WHERE card_no NOT IN ' +
      `(${people.map(([, card]) => `'${card}'`)})`);
    for (const [card] of others) assert.ok(!shown.text.includes(`>${card}<`), card);

    // No second paper unseen.
    assert.match(expectProblem(await issue(home, code, {}), 409, 'conflict').detail, /已于 .* 出具/);
    assert.equal(expectJson(await home.get(`/planner/v1/visits/${code}`)).notice.issued_at,
      first.issued_at);
    assert.equal((await page(first.address)).status, 200);

    // Guessed, door code, superseded, over: all the same to whoever asks.
    const second = expectJson(await issue(), 201);
    const refused = async (address) => assert.equal((await page(address)).status, 404, address);
    await refused(first.address);
    await refused(second.address.replace(/[^/]+$/, 'A'.repeat(43)));
    await refused(second.address.replace(/[^/]+$/, door));
    assert.equal((await page(second.address)).status, 200);
    await set(`'${addDays(today(), -7)}'`);
    assert.equal((await page(second.address)).status, 200);
    await set(`'${addDays(today(), -8)}'`);
    await refused(second.address);
    expectProblem(await issue(), 409, 'wrong-state');

    // Of a visit without notice not before its day.
    // Others may go with it by now, so that it is not offered as such any more.
    await stack.operate(`REPLACE INTO joint_campaign SELECT id, '410400', 1, (SELECT MIN(id)
      FROM account), NOW(3) FROM campaign WHERE code = '${CAMPAIGN}'`);
    await stack.operate(`UPDATE visit SET unannounced = 1 WHERE code = '${code}'`);
    await set(`'${addDays(today(), 1)}'`);
    expectProblem(await issue(), 409, 'wrong-state');
    await set(`'${today()}'`);
    expectJson(await issue(), 201);
    assert.equal((await page(second.address)).status, 200);

    // As the campaign was at the dispatch: what it says later tells nobody before.
    const sent = (to, state) => stack.operate(`UPDATE visit SET unannounced = ${to}, ` +
      `state = '${state}', planned_on = '${day}' WHERE code = '${code}'`);
    await sent(0, 'planned');
    const dispatched = await home.post(`/planner/v1/campaigns/${CAMPAIGN}/dispatch`, {});
    await stack.operate('DELETE FROM joint_campaign WHERE campaign_id = ' +
      `(SELECT id FROM campaign WHERE code = '${CAMPAIGN}')`);
    assert.deepEqual([dispatched.status, await stack.sql('SELECT state, unannounced FROM visit ' +
      `WHERE code = '${code}'`)], [200, [['dispatched', '1']]], dispatched.text);
    await set(`'${addDays(today(), 1)}'`);
    expectProblem(await issue(), 409, 'wrong-state');
    await stack.operate(`UPDATE visit SET unannounced = 0 WHERE code = '${code}'`);
    expectJson(await issue(), 201);
    await set(`'${day}'`);
  });

test('an entry of several campaigns has one notice, one code and one page of all departments',
  async () => {
    // Two visits of one enterprise that go in together, as joint planning has them.
    const draws = new DrawWorld(stack, 720);
    const campaign = await draws.advance(await draws.campaign(), 'value');
    await post(home, `/planner/v1/campaigns/${campaign.code}/visits`);
    await draws.teams(campaign);
    // One of each campaign: of the same enterprise if both drew it, else made so.
    const [[first, one, subject, second, other]] = await stack.sql('SELECT v.id, v.code, ' +
      'v.subject_id, o.id, o.code FROM visit v JOIN visit o ON o.campaign_id > v.campaign_id ' +
      `WHERE o.code LIKE '${campaign.code}-%' AND v.code LIKE '${CAMPAIGN}-%' ` +
      'ORDER BY v.subject_id = o.subject_id DESC, v.id, o.id LIMIT 1');
    await stack.operate(`UPDATE visit SET subject_id = ${subject} WHERE id = ${second}`);
    const day = addDays(today(), 1);
    const set = (to, ids = `${first}, ${second}`) =>
      stack.operate(`UPDATE visit SET ${to} WHERE id IN (${ids})`);
    await set(`planned_on = '${day}', state = 'dispatched', joint_id = ${first}, ` +
      "door_code = 'ENTRY234'");
    await stack.operate(`DELETE FROM visit_notice WHERE entry IN (${first}, ${second})`);
    const issue = (visit, replace) =>
      home.post(`/planner/v1/visits/${visit}/notice`, replace === undefined ? {} : { replace });

    // Made out for either of them at once, there is one.
    const replies = await Promise.all([one, other, one, other].map((visit) => issue(visit)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409]);
    const { address, parts } = replies.find(({ status }) => status === 201).json;
    const inside = await stack.sql('SELECT DISTINCT d.name, c.code, c.name FROM section s ' +
      'JOIN visit v ON v.id = s.visit_id JOIN department d ON d.id = s.department_id ' +
      `JOIN campaign c ON c.id = v.campaign_id WHERE v.id IN (${first}, ${second})`);
    assert.equal(new Set(inside.map(([, campaign]) => campaign)).size, 2);
    assert.deepEqual(new Set(parts.map((part) => `${part.campaign_name} ${part.department_name}`)),
      new Set(inside.map(([department, , campaign]) => `${campaign} ${department}`)));
    const cards = (await stack.sql('SELECT DISTINCT i.card_no FROM assignment a ' +
      'JOIN section s ON s.id = a.section_id JOIN inspector i ON i.id = a.inspector_id ' +
      `WHERE s.visit_id IN (${first}, ${second})`)).flat();
    const shown = await request(address);
    assert.equal(shown.status, 200);
    for (const text of [...inside.flat(), ...cards]) assert.ok(shown.text.includes(text), text);
    for (const card of cards)
      assert.equal(shown.text.split(`<code>${card}</code>`).length, 2, `${card}: once`);
    for (const visit of [one, other])
      assert.equal(expectJson(await home.get(`/planner/v1/visits/${visit}`)).notice.issued_at,
        replies.find(({ status }) => status === 201).json.issued_at);

    // Of a visit that is not out yet the page says nothing.
    await set("state = 'planned'", second);
    const early = (await request(address)).text;
    const [, late] = inside.map(([, campaign]) => campaign);
    assert.ok(inside.some(([, campaign]) => !early.includes(campaign)), late);
    await set("state = 'dispatched'", second);

    // Unannounced stays so: of either campaign, nothing is shown or made out before the day.
    expectProblem(await home.post(`/planner/v1/campaigns/${campaign.code}/joint`,
      { notice: 'none' }), 409, 'wrong-state');
    await set('unannounced = 1', second);
    expectProblem(await issue(one, true), 409, 'wrong-state');
    const half = (await request(address)).text;
    assert.ok(!half.includes(campaign.code));
    await set(`planned_on = '${today()}'`);
    assert.ok((await request(address)).text.includes(campaign.code));

    // One rating for the whole entry.
    const form = (await request(`${address}/rating`)).text.match(/name="form" value="([^"]+)"/)[1];
    const sent = await request(`${address}/rating`, { method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `form=${form}&lawful=5&burden=5&conduct=5&guidance=5&content=` });
    assert.equal(sent.status, 303);
    const [[all, rated]] = await stack.sql('SELECT COUNT(*), COUNT(r.id) FROM section s ' +
      `LEFT JOIN visit_rating r ON r.section_id = s.id WHERE s.visit_id IN (${first}, ${second})`);
    assert.equal(rated, all);
    assert.ok(Number(rated) >= 2);
  });
