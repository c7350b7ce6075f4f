// What the server says may be done with an object now (its `actions`).

export interface Action { name: string; allowed: boolean; why: string | null }

const of = (object: { actions: readonly Action[] } | null, name: string) =>
  object?.actions.find((action) => action.name === name);

export const may = (object: { actions: readonly Action[] } | null, name: string) =>
  of(object, name)?.allowed ?? false;

// Why not; '' where it may be done, or where the account's roles never do it.
export const whyNot = (object: { actions: readonly Action[] } | null, name: string) =>
  of(object, name)?.why ?? '';
