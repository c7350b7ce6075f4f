// The visits of this inspector as lists show them, in the order of their days.

import { ref } from 'vue';
import { dayOf, shown, type Department, type Visit } from './core';
import type { ShownSection } from './core/shown';
import { view } from './session';

export interface Listed {
  id: number;
  visit: Visit;
  own: ShownSection | undefined; // his department's section
  conflicts: number;
  signed: number; // sections, of `all`
  all: number;
}

export const today = () => dayOf(Date.now());

export const isOpen = (own?: ShownSection) => own !== undefined && !own.signing &&
  ['open', 'returned'].includes(own.state);

export const listed = () => view(({ state }): Listed[] => {
  const [department] = state.items('department');
  const mine = (department?.body as Department | undefined)?.code;
  return state.items('visit').map(({ id, body }) => {
    const sections = state.items('section', `visit:${id}`)
      .map((item) => shown.section(state, item.id)).filter((one) => one !== undefined);
    return { id, visit: body as Visit, own: sections.find((one) => one.department.code === mine),
      conflicts: sections.reduce((n, one) => n + one.conflicts, 0),
      signed: sections.filter((one) => one.state !== 'open' && one.state !== 'returned').length,
      all: sections.length };
  }).sort((a, b) => (a.visit.planned_on ?? '').localeCompare(b.visit.planned_on ?? ''));
});

export const here = ref<{ lon: number; lat: number; accuracy: number } | null>(null);
