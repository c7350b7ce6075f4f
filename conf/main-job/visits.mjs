// visits.mjs - step 5: the tasks of all departments become joint visits, with inspectors and dates.

import { untar } from './bundle.mjs';
import { all, get, pool, post } from './office.mjs';
import { checkBundle, HOME } from './draws.mjs';

const WIDTH = 8;

const readVisits = (planner, code) =>
  all(planner, `/planner/v1/campaigns/${code}/visits`, 'visits', (visit) => visit.code);

// What the teams are drawn from is closed before the beacon's round; when that has come, the job
// that a timer starts fetches it, and draws. Where that came too late, the job closes, too.
async function drawTeams(planner, report, office, { code, beacon }) {
  const path = `/planner/v1/campaigns/${code}`;
  const { closing, teams_at: at } = await get(planner, path);
  if (!closing && Date.parse(at) > Date.now()) {
    report.progress('封存检查组的抽取依据');
    const res = await planner.post(`${path}/close`, {});
    report.check([200, 409].includes(res.status), `封存：${res.status}`);
  }
  report.progress(`批次 ${code}：等待信标`);
  await beacon.pulseAt(at);
  await office.ctl(['draw', 'run']);
}

// Does what is not done yet; every step finds out from the API.
async function prepare(planner, report, office, { code, beacon }, { from, to }) {
  const step = (name, body) => {
    report.progress(name);
    return post(planner, `/planner/v1/campaigns/${code}/${name}`, body);
  };
  let visits = await readVisits(planner, code);
  if (visits.length === 0) {
    await step('visits');
    visits = await readVisits(planner, code);
  }
  const first = await get(planner, `/planner/v1/visits/${visits[0].code}`);
  if (first.sections[0].inspectors.length === 0)
    await drawTeams(planner, report, office, { code, beacon });
  if (visits.some(({ planned_on }) => planned_on === null)) await step('schedule', { from, to });
  if (visits.some(({ state }) => state === 'planned')) await step('dispatch');
}

// What has to hold of the visits as a whole.
function checkVisits(report, visits, expected) {
  const { tasks, saved, subjects, ...counts } = expected;
  report.same({ visits: visits.length,
    joint: visits.filter(({ departments }) => departments > 1).length,
    sections: visits.reduce((n, { departments }) => n + departments, 0) }, counts,
  '入企检查与公示的抽取结果');
  for (const { code, state, planned_on } of visits) {
    report.same(state, 'dispatched', `检查 ${code} 的状态`);
    report.check(planned_on !== null, `检查 ${code} 没有日期`);
  }
}

// Every part belongs to a department that drew the subject, with two inspectors who are in no other
// part of the visit; nobody has more visits a day than the limit, nor two places in a day.
function checkTeams(report, visits, expected, world) {
  const daily = new Map(world.inspectors.map((row) => [row.card_no, Number(row.max_daily)]));
  const load = new Map();
  const sources = {};
  for (const visit of visits) {
    report.same(visit.sections.map(({ department }) => department).sort(),
      [...expected.subjects.get(visit.subject_code).keys()].sort(), `检查 ${visit.code} 的部门`);
    const cards = visit.sections.flatMap(({ inspectors }) =>
      inspectors.map(({ card_no }) => card_no));
    report.same(new Set(cards).size, cards.length, `检查 ${visit.code} 的人员（不重复）`);
    for (const { inspectors, department } of visit.sections) {
      report.check(inspectors.length >= 2, `检查 ${visit.code}：${department} 不足两人`);
      for (const { source } of inspectors) sources[source] = (sources[source] ?? 0) + 1;
    }
    for (const card of cards) {
      const day = `${card} ${visit.planned_on}`;
      load.set(day, (load.get(day) ?? 0) + 1);
      report.check(load.get(day) <= daily.get(card), `${day} 超过每日上限`);
    }
  }
  return sources;
}

// What is public of the teams: that they were drawn, and the digest of what from; themselves when
// the visits are done, as a later start may find them.
async function checkPublic(office, report, campaign, { sections }, folder) {
  const { body, out } = await checkBundle(office, report, campaign, folder);
  const { closing, teams_seed: seed, times } = JSON.parse(untar(body).get('draw.json'));
  report.check(closing !== null && times.teams !== null, '封存书摘要没有公示');
  report.same(out.match?.sections ?? null, seed === null ? null : sections, '公示的检查组');
  return closing;
}

export async function planVisits({ office, report, world, drawn, folder }) {
  const { campaign, expected, beacon } = drawn;
  report.begin('联合入企检查');
  const planner = await office.role(HOME, 'planner');
  const from = world.today;
  const to = world.plans.map(({ ends_on }) => ends_on).sort()[0];
  await prepare(planner, report, office, { code: campaign.code, beacon }, { from, to });
  const visits = await readVisits(planner, campaign.code);
  checkVisits(report, visits, expected);
  const detailed = await pool(visits, WIDTH, (visit, i) => {
    report.progress(`核对人员 ${i + 1}/${visits.length}`);
    return get(planner, `/planner/v1/visits/${visit.code}`);
  });
  const sources = checkTeams(report, detailed, expected, world);
  const closing = await checkPublic(office, report, campaign, expected, folder);
  const days = detailed.map(({ planned_on }) => planned_on).sort();
  report.end(`任务 ${expected.tasks} 项，合并为入企检查 ${expected.visits} 次（其中多部门 ` +
    `${expected.joint} 次），少上门 ${expected.saved} 次；抽取人员 ${sources.drawn ?? 0} 人次、` +
    `邻区 ${sources.neighbour ?? 0}、直接委派 ${sources.direct ?? 0}；检查组在检查之后公开，封存书摘要 ` +
    `${closing.slice(0, 12)}… 已公示；` +
    `${days[0]} 至 ${days.at(-1)} 进行`);
  return detailed;
}
