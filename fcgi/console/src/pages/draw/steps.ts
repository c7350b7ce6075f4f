// Where a campaign stands: its steps in their order, who has done what, who is waited for. It is
// only shown; whether a step may be taken the server decides.

import type { Reply } from '../../api/client';
import type { Announced } from './published';

export type Campaign = Reply<'campaign.show'>;
export type Draw = Campaign['draws'][number];

// Of the campaign's visits: all, without a date, not yet sent to phones.
export interface Visits { all: number; undated: number; planned: number }

export type StepKey = 'freeze' | 'announce' | 'value' | 'visits' | 'differences' | 'teams' |
  'schedule' | 'dispatch';
export interface Step {
  key: StepKey;
  title: string;
  done: boolean;
  at?: string | null; // when it was
  note: string; // of what is done, or is to be done
  waits: string[]; // departments
  until: string | null; // an instant before which nothing can be done
}

const frozen = ({ state }: Draw) => state !== 'open';

// Who is still to type the value that is due: of lottery and dice two departments type it.
export function typists({ entries }: Campaign, announced: Announced | null): string[] {
  if (!announced || announced.value.kind === 'beacon') return [];
  const typed = entries.map(({ department }) => department);
  return announced.value.witnesses.filter((department) => !typed.includes(department));
}

const sum = (draws: Draw[], key: 'quota' | 'selected') => draws.reduce((n, d) => n + d[key], 0);

function steps(c: Campaign, visits: Visits, announced: Announced | null): Step[] {
  const open = c.draws.filter((draw) => !frozen(draw));
  const typing = typists(c, announced);
  const initiator = [c.department];
  return [
    { key: 'freeze', title: '冻结名录', done: open.length === 0 && c.draws.length > 0,
      note: `${c.draws.length - open.length} / ${c.draws.length} 个部门计划已冻结`,
      waits: [...new Set(open.map(({ department }) => department))], until: null },
    { key: 'announce', title: '公告', done: c.announced_at !== null, at: c.announced_at,
      note: '公告公共随机值的来源和时间，此后名录、任务数和规则都不能再改', waits: initiator, until: null },
    { key: 'value', title: '公共随机值与抽取', done: c.drawn_at !== null, at: c.drawn_at,
      note: c.drawn_at ? `抽中 ${sum(c.draws, 'selected')} 户` : '公共随机值公布后录入，随即抽取',
      waits: typing.length > 0 ? typing : initiator, until: c.value_at },
    { key: 'visits', title: '生成入企检查', done: visits.all > 0,
      note: visits.all > 0 ? `${visits.all} 次入企检查` : '同一家企业的各部门任务合并为一次检查',
      waits: initiator, until: null },
    { key: 'differences', title: '人员差异与封存', at: c.closed_at,
      done: c.closed_at !== null || c.teams_drawn_at !== null,
      note: '说明并批准执法检查人员与公告名单的差异，封存检查组的抽取依据', waits: initiator, until: null },
    { key: 'teams', title: '抽取检查组', done: c.teams_drawn_at !== null, at: c.teams_drawn_at,
      note: '检查组的公共随机值公布后录入，随即抽取人员', waits: typing.length > 0 ? typing : initiator,
      until: c.teams_at },
    { key: 'schedule', title: '排定日期', done: visits.all > 0 && visits.undated === 0,
      note: visits.undated > 0 ? `${visits.undated} 次检查还没有日期` : '为每次检查排定日期',
      waits: initiator, until: null },
    { key: 'dispatch', title: '派发', done: visits.all > 0 && visits.planned === 0,
      note: visits.planned > 0 ? `${visits.planned} 次检查尚未派发` : '派发到执法检查人员的手机',
      waits: initiator, until: null },
  ];
}

export interface Progress { steps: Step[]; next: Step | null }

export function progressOf(c: Campaign, visits: Visits, announced: Announced | null): Progress {
  const all = steps(c, visits, announced);
  const over = c.state === 'void' || c.state === 'abandoned';
  return { steps: all, next: over ? null : all.find(({ done }) => !done) ?? null };
}
