// What the owner of a program's database account may do to a draw: nothing of what was announced,
// drawn, opened or published changes, neither in the tables nor through the views of the steps.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { rebundle } from '../support/bundle.mjs';
import { DrawWorld, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const GRANTS = readFileSync(new URL('../../schema/grants.sql', import.meta.url), 'utf8');
let stack;
let world;
let home;

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 470);
  home = await world.planner(HOME);
});
after(() => stack.stop());

const path = ({ code }, step) => `/planner/v1/campaigns/${code}/${step}`;
const show = (campaign) => world.shown(campaign);

describe("the owner of a program's database account", () => {
  // What each may not do, of a campaign that is announced, and of one that is drawn.
  const changes = (code, draw) => [
    `UPDATE campaign SET announcement = REPEAT('0', 64) WHERE code = '${code}'`,
    `UPDATE campaign SET value_at = NOW(), latest_at = NOW() WHERE code = '${code}'`,
    `UPDATE campaign SET state = 'open' WHERE code = '${code}'`,
    `UPDATE campaign SET state = 'abandoned', abandoned_at = NOW(), abandoned_reason = 'x'
      WHERE code = '${code}'`,
    `UPDATE campaign SET rule = 'liancha-draw/1' WHERE code = '${code}'`,
    `UPDATE campaign SET redraw_reason = 'x' WHERE code = '${code}'`,
    `DELETE FROM campaign WHERE code = '${code}'`,
    `INSERT INTO campaign (code, name, region_code, department_id, rule, state, seed)
      SELECT 'forged', name, region_code, department_id, rule, 'open', REPEAT('0', 64)
      FROM campaign WHERE code = '${code}'`,
    `UPDATE campaign_text SET body = 'x'`, 'DELETE FROM campaign_text',
    `UPDATE campaign_secret SET sealed = 'x'`, 'DELETE FROM campaign_secret',
    'UPDATE campaign_entry SET value = 1', 'DELETE FROM campaign_entry',
    `UPDATE draw SET snapshot_sha256 = REPEAT('0', 64) WHERE code = '${draw}'`,
    `UPDATE draw SET roster_sha256 = NULL, roster_bytes = NULL WHERE code = '${draw}'`,
    `UPDATE draw SET campaign_id = NULL WHERE code = '${draw}'`,
    `UPDATE draw SET state = 'open' WHERE code = '${draw}'`,
    'UPDATE draw_quota SET quota = 1', 'DELETE FROM draw_quota',
    "UPDATE snapshot_part SET body = 'x'",
    "UPDATE roster_part SET body = 'x'", 'DELETE FROM roster_part',
    "UPDATE result_part SET body = 'x'", "UPDATE drawn_part SET body = 'x'",
    'DELETE FROM drawn_part', 'UPDATE substitute SET opening = 0',
    'DELETE FROM result_part', 'UPDATE draw_result SET selected = 0', 'DELETE FROM draw_result',
    'UPDATE audit_event SET actor = 1', 'DELETE FROM audit_event',
    `UPDATE campaign SET publish = 'open' WHERE code = '${code}'`,
    `UPDATE campaign SET public_by = '2020-01-01' WHERE code = '${code}'`,
    `UPDATE draw SET result_sha256 = REPEAT('0', 64) WHERE code = '${draw}'`,
    `UPDATE campaign SET teams_at = '2030-01-01' WHERE code = '${code}'`,
    `UPDATE campaign SET teams_seed = REPEAT('0', 64), teams_value = 'x', teams_drawn_at = NOW()
      WHERE code = '${code}'`,
    "UPDATE match_part SET body = 'x'", 'DELETE FROM match_part',
    "UPDATE roster_change SET used = 'x'", 'DELETE FROM roster_change',
    "UPDATE roster_change SET approved_by = 1, approved_at = '2026-01-01'",
    `UPDATE campaign SET teams_public_at = UTC_TIMESTAMP(3) WHERE code = '${code}'`,
  ];

  // Through the views of the steps, of which a row leaves all that begin where it no longer stands:
  // each column that the account may write there, with whatever it might hold.
  const guesses = (column) => {
    if (column === 'state')
      return ["'open'", "'announced'", "'drawn'", "'void'", "'abandoned'", "'frozen'"];
    if (/_(at|by)$/.test(column)) return ['UTC_TIMESTAMP(3)', "'2026-01-01'", 'NULL'];
    return ["REPEAT('0', 64)", '1', 'NULL'];
  };
  const STEP = /UPDATE \(([^)]*)\)\s+ON liancha\.(campaign|draw)(_\w+)\s+TO 'liancha_(\w+)'/g;
  const steps = (program, ids) => [...GRANTS.matchAll(STEP)]
    .filter(([, , , , account]) => account === program)
    .flatMap(([, columns, table, step]) => columns.split(',').map((name) => name.trim())
      .flatMap((column) => guesses(column).map((value) =>
        `UPDATE ${table}${step} SET ${column} = ${value} WHERE id = ${ids[table]}`)));
  // Whatever the server says, nothing has changed.
  const REFUSED = /denied|CONSTRAINT|Data truncated|Incorrect|Out of range|Data too long/;
  async function stays(program, { code }) {
    const held = () => stack.sql(`SELECT c.id, w.id, c.*, w.* FROM campaign c
      JOIN draw w ON w.entered_id = c.id WHERE c.code = '${code}'`);
    const was = await held();
    const queries = steps(program, { campaign: was[0][0], draw: was[0][1] });
    const said = await world.client(program, queries.join(';\n'), '--force').catch((err) => err);
    for (const line of said.stderr.split('\n').filter((one) => one.startsWith('ERROR')))
      assert.match(line, REFUSED);
    assert.deepEqual(await held(), was);
    return queries.length;
  }

  test('approves no change of a roster in hindsight, alone, or twice', async () => {
    const [[campaign]] = await stack.sql('SELECT MAX(id) FROM campaign');
    const [[account], [other]] = await stack.sql('SELECT id FROM account LIMIT 2');
    await stack.operate(`INSERT INTO roster_change (campaign_id, card_no, field, used, cause,
      reason, said_by, said_at) VALUES (${campaign}, 'T-once', 'duty', 'off', 'absent', 'x',
      ${account}, UTC_TIMESTAMP(3))`);
    const approve = (by, at, clock = '') => world.query('planner', `${clock}
      UPDATE roster_change_timely SET approved_by = ${by}, approved_at = ${at}
      WHERE card_no = 'T-once'`);
    const approved = () =>
      stack.sql("SELECT approved_by FROM roster_change WHERE card_no = 'T-once'");
    await assert.rejects(approve(account, 'UTC_TIMESTAMP(3)'), /CONSTRAINT/);
    await assert.rejects(approve(other, "'2026-01-01'"), /CHECK OPTION/);
    await assert.rejects(approve(other, 'UTC_TIMESTAMP(3)',
      "SET timestamp = UNIX_TIMESTAMP('2026-01-01');"), /CHECK OPTION/);
    assert.deepEqual(await approved(), [['NULL']]);
    await approve(other, 'UTC_TIMESTAMP(3)');
    assert.deepEqual(await approved(), [[other]]);
    await approve('NULL', 'NULL');
    assert.deepEqual(await approved(), [[other]]);
    await stack.operate("DELETE FROM roster_change WHERE card_no = 'T-once'");
  });

  for (const program of ['planner', 'draw', 'mobile', 'public', 'pushd', 'admin'])
    test(`${program} rewrites nothing that was announced, drawn or opened`, async () => {
      const waiting = await world.advance(await world.campaign([HOME]), 'freeze');
      await post(home, path(waiting, 'announce'), stack.beacon.announce(3000));
      const code = waiting.code;
      const was = await show(waiting);
      for (const query of changes(code, waiting.draws[0].code))
        await assert.rejects(world.query(program, query), /denied/, `${program}: ${query}`);
      assert.equal(await stays(program, waiting) > 0, ['planner', 'draw'].includes(program));
      assert.deepEqual(await show(waiting), was);
      await world.advanceBy(waiting, 'value');
      const done = await show(waiting);
      for (const query of [...changes(code, waiting.draws[0].code),
        `UPDATE campaign SET seed = REPEAT('0', 64) WHERE code = '${code}'`,
        `UPDATE campaign SET secret = REPEAT('0', 64) WHERE code = '${code}'`,
        `UPDATE campaign SET public_value = 'x', drawn_at = NOW() WHERE code = '${code}'`,
        `UPDATE campaign SET state = 'void' WHERE code = '${code}'`])
        await assert.rejects(world.query(program, query), /denied/, `${program}: ${query}`);
      await stays(program, waiting);
      assert.deepEqual(await show(waiting), done);
      await world.sound(waiting);
    });

  // The owner of the server himself: he may write everything, and the verifiers name it.
  test('rosters taken out of the bundle are missed', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'value');
    const bytes = await world.bundle(campaign);
    const name = `roster-${campaign.draws[0].code}.txt`;
    const without = rebundle(bytes, name, () => null);
    assert.ok(strangersCheck(without).includes(`missing ${name}`));
    assert.ok((await checkBundle(without)).findings.some(({ file }) => file === name));
  });
});
