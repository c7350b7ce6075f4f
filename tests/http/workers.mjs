// workers.mjs - the worker processes of a stack, and their end by SIGKILL.

import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const parentOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1];

// The workers of a program of this stack, of all pools or of one, the longest-lived first.
export function workersOf(stack, program, pool) {
  const found = [];
  const supervisor = pool && readFileSync(join(stack.var, 'pid', pool), 'utf8').split(' ')[0];
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const mine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${stack.config}\0`);
      if (mine && basename(readlinkSync(`/proc/${pid}/exe`)) === program &&
          (!pool || parentOf(pid) === supervisor))
        found.push({ pid: Number(pid), born: statSync(`/proc/${pid}`).ctimeMs });
    } catch {
      // It ended meanwhile.
    }
  }
  return found.sort((a, b) => a.born - b.born).map(({ pid }) => pid);
}

// Returns when it is dead: until then it may still take a connection.
export async function kill(pid) {
  process.kill(pid, 'SIGKILL');
  while (existsSync(`/proc/${pid}/fd/0`)) await sleep(1);
}
