// The menu of an account: the pages that stand in a group and that one of its roles may open.

import { GROUPS, PAGES } from '../router';

export interface Entry { path: string; title: string }
export interface Group { title: string; entries: Entry[] }

export function menuFor(may: (roles: readonly string[]) => boolean): Group[] {
  return GROUPS.map((title) => ({
    title,
    entries: PAGES.filter(({ meta }) => meta?.menu === title && may(meta.roles))
      .map(({ path, meta }) => ({ path, title: meta?.title ?? path })),
  })).filter(({ entries }) => entries.length > 0);
}
