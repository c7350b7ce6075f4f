// A store whose PIN is forgotten is put aside, and another one begun: what is in it stays as it is,
// for who remembers.

import { Dexie } from 'dexie';

const FIRST = 'liancha';
const AT = 'store';

export const storeName = () => localStorage.getItem(AT) ?? FIRST;

async function stores(): Promise<string[]> {
  return (await Dexie.getDatabaseNames()).filter((name) => /^liancha(-\d+)?$/.test(name)).sort();
}

export const storesAside = async () => (await stores()).filter((name) => name !== storeName());

export function turnTo(name: string): void {
  localStorage.setItem(AT, name);
  location.reload();
}

export async function beginAnew(): Promise<void> {
  const taken = await stores();
  let n = 2;
  while (taken.includes(`${FIRST}-${n}`)) n++;
  turnTo(`${FIRST}-${n}`);
}
