// draws.mjs - step 4: one joint campaign of all plans: freeze, announcement, the beacon's value,
// and with it the draw; then each draw is verified from what a citizen can download.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Beacon } from '../../tests/support/platform/beacon.mjs';
import { expectedVisits, selectedPlaces, untar } from './bundle.mjs';
import { get, post } from './office.mjs';
import { standing } from './plans.mjs';

export const HOME = 'H410400';
const CITY = '410400';
// From the announcement to the beacon's round, and from there to that of the teams: time enough to
// verify the draw and to make the visits, of which there are thousands.
const BEACON_MS = 2000;
const TEAMS_MS = 30000;

async function filePlans(office, world) {
  for (const { code, department } of world.plans) {
    const planner = await office.role(department, 'planner');
    const { state } = await get(planner, `/planner/v1/plans/${code}`);
    if (state === 'draft') await post(planner, `/planner/v1/plans/${code}/file`);
  }
}

// The campaign of this world, made at the first start.
async function openCampaign(office, world) {
  const planner = await office.role(HOME, 'planner');
  const code = `C${CITY}${world.asOf.replaceAll('-', '')}1001`;
  const found = await planner.get(`/planner/v1/campaigns/${code}`);
  if (found.status === 200) return found.json;
  return post(planner, '/planner/v1/campaigns', { code, region: CITY,
    name: '2023年任务表联合抽查（合成名录演示）', plans: world.plans.map((plan) => plan.code) });
}

// What a freeze has to find: the entries of the plan's directory in the strata that have a quota.
function expectedScope(directory, quotas) {
  const subjects = quotas.flatMap(({ region, specialty }) =>
    directory.get(`${region}.${specialty}`) ?? []);
  return { lines: subjects.length,
    eligible: subjects.filter(({ state }) => state === 'open').length,
    quota: quotas.reduce((n, { count }) => n + count, 0) };
}

async function freeze(office, report, world, campaign) {
  const directories = standing(world);
  for (const { code, plan, department, state } of campaign.draws) {
    report.progress(`冻结名录 ${code}`);
    const planner = await office.role(department, 'planner');
    if (state === 'open') await post(planner, `/planner/v1/draws/${code}/freeze`);
    const { draws } = await get(planner, `/planner/v1/campaigns/${campaign.code}`);
    const { snapshot_lines: lines, eligible, quota } = draws.find((draw) => draw.code === code);
    const { directory, quotas } = await get(planner, `/planner/v1/plans/${plan}`);
    report.same({ lines, eligible, quota }, expectedScope(directories.get(directory), quotas),
      `${code} 的名录快照`);
  }
}

// The announcement names a round of the beacon that is still to come; when it has come, the job
// that a timer starts fetches it, and draws. From whatever state an earlier start left the campaign
// in.
async function announceAndDraw(office, report, beacon, { code, state }) {
  const planner = await office.role(HOME, 'planner');
  const path = `/planner/v1/campaigns/${code}`;
  report.check(['open', 'announced', 'drawn'].includes(state), `抽取批次 ${code} 处于 ${state} 状态，不能继续`);
  if (state === 'open')
    await post(planner, `${path}/announce`, beacon.announce(BEACON_MS, TEAMS_MS));
  const { announcement, value_at: at } = await get(planner, path);
  const { status, body } = await office.page(`/announcements/${announcement}`);
  report.same(status, 200, '公告全文');
  report.same(createHash('sha256').update(body).digest('hex'), announcement, '公告的摘要');
  report.progress(`批次 ${code}：等待信标`);
  await beacon.pulseAt(at);
  if (state !== 'drawn') await office.ctl(['draw', 'run']);
  const campaign = await get(planner, path);
  report.same(campaign.state, 'drawn', `批次 ${code} 的状态`);
  return campaign;
}

// The bundle as anybody can download it, and what lianchactl says of it: nothing is wrong.
export async function checkBundle(office, report, { code, announcement }, folder) {
  const { status, body } = await office.page(`/draws/${code}/bundle.tar`);
  report.same(status, 200, '公示包的下载');
  const path = join(folder, `${code}.tar`);
  writeFileSync(path, body);
  report.progress('核验公示包');
  return { path, body, out: (await office.ctl(['draw', 'verify', path, '--announcement',
    announcement])).out };
}

// Verified as published; refused with one bit of a frozen directory changed.
async function verifyBundle(office, report, campaign, folder) {
  const { path, body, out } = await checkBundle(office, report, campaign, folder);
  report.same(out.rosters, true, '人员名单的承诺');
  const forged = Buffer.from(body);
  forged[forged.indexOf('liancha-snapshot/2') + 400] ^= 1;
  writeFileSync(`${path}.forged`, forged);
  const { code } = await office.ctl(['draw', 'verify', `${path}.forged`], { codes: [0, 1] });
  report.same(code, 1, '核验改动过的公示包的退出码');
  return selectedPlaces(untar(body));
}

// beacon: the folder of its key.
export async function drawCampaign({ office, report, world, folder, beacon }) {
  report.begin('抽取');
  await filePlans(office, world);
  const opened = await openCampaign(office, world);
  await freeze(office, report, world, opened);
  const source = new Beacon(beacon);
  const campaign = await announceAndDraw(office, report, source, opened);
  const places = await verifyBundle(office, report, campaign, folder);
  for (const { code, quota, selected } of campaign.draws) {
    report.same(selected, quota, `${code} 抽中的数量`);
    report.same(places.filter(({ draw }) => draw === code).length, quota, `${code} 公示的数量`);
  }
  const total = (name) => campaign.draws.reduce((n, draw) => n + draw[name], 0);
  report.end(`批次 ${campaign.code}，${campaign.draws.length} 个抽取同一种子；名录 ` +
    `${total('snapshot_lines')} 行，可抽 ${total('eligible')}，抽中 ${total('selected')}，备选 ` +
    `${total('reserves')}；公示包核验一致，改动一位即被识别`);
  return { campaign, beacon: source, expected: expectedVisits(places, world) };
}
