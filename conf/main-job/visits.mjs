// visits.mjs - step 5: the tasks of all departments become joint visits, with inspectors and dates.

import { all, get, pool, post } from './office.mjs';
import { checkBundle, HOME } from './draws.mjs';

const WIDTH = 8;

const readVisits = (planner, code) =>
  all(planner, `/planner/v1/campaigns/${code}/visits`, 'visits', (visit) => visit.code);

// Does what is not done yet; every step finds out from the API.
async function prepare(planner, report, { code }, { from, to }) {
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
  if (first.parts[0].inspectors.length === 0) await step('inspectors');
  if (visits.some(({ planned_on }) => planned_on === null)) await step('schedule', { from, to });
  if (visits.some(({ state }) => state === 'planned')) await step('dispatch');
}

// What has to hold of the visits as a whole.
function checkVisits(report, visits, expected) {
  const { tasks, saved, subjects, ...counts } = expected;
  report.same({ visits: visits.length, joint: visits.filter(({ sections }) => sections > 1).length,
    sections: visits.reduce((n, { sections }) => n + sections, 0) }, counts,
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
    report.same(visit.parts.map(({ department }) => department).sort(),
      [...expected.subjects.get(visit.subject.code).keys()].sort(), `检查 ${visit.code} 的部门`);
    const cards = visit.parts.flatMap(({ inspectors }) => inspectors.map(({ card_no }) => card_no));
    report.same(new Set(cards).size, cards.length, `检查 ${visit.code} 的人员（不重复）`);
    for (const { inspectors, department } of visit.parts) {
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

export async function planVisits({ office, report, world, drawn: { campaign, expected }, folder }) {
  report.begin('联合入企检查');
  const planner = await office.role(HOME, 'planner');
  const from = world.today;
  const to = world.plans.map(({ ends_on }) => ends_on).sort()[0];
  await prepare(planner, report, campaign, { from, to });
  const visits = await readVisits(planner, campaign.code);
  checkVisits(report, visits, expected);
  const detailed = await pool(visits, WIDTH, (visit, i) => {
    report.progress(`核对人员 ${i + 1}/${visits.length}`);
    return get(planner, `/planner/v1/visits/${visit.code}`);
  });
  const sources = checkTeams(report, detailed, expected, world);
  const { match } = (await checkBundle(office, report, campaign, folder)).out;
  report.same({ sections: match.sections, displaced: match.displaced },
    { sections: expected.sections, displaced: 0 }, '公示包中重新抽取的检查组');
  const days = detailed.map(({ planned_on }) => planned_on).sort();
  report.end(`任务 ${expected.tasks} 项，合并为入企检查 ${expected.visits} 次（其中多部门 ` +
    `${expected.joint} 次），少上门 ${expected.saved} 次；抽取人员 ${sources.drawn ?? 0} 人次、` +
    `邻区 ${sources.neighbour ?? 0}、直接委派 ${sources.direct ?? 0}，与承诺的名单差异 ` +
    `${match.differences} 处，公示包核验一致；` +
    `${days[0]} 至 ${days.at(-1)} 进行`);
  return detailed;
}
