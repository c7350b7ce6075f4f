// workers.mjs - the worker processes of a stack and its database, and their end.

import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WORKER_MS = 30000;

const parentOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)
  .split(' ')[1];

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

// One of them, as soon as there is one: a supervisor starts before its workers do.
export async function aWorkerOf(stack, program, pool) {
  for (const end = Date.now() + WORKER_MS; Date.now() < end; await sleep(20)) {
    const [pid] = workersOf(stack, program, pool);
    if (pid) return pid;
  }
  throw new Error(`${program}: no worker within ${WORKER_MS} ms`);
}

// Returns when it is dead: until then it may still take a connection.
export async function kill(pid) {
  process.kill(pid, 'SIGKILL');
  while (existsSync(`/proc/${pid}/fd/0`)) await sleep(1);
}

// Ends the stack's MariaDB and returns when it is gone; SIGTERM is an orderly shutdown.
export async function endDatabase(stack, signal) {
  const [pid] = readFileSync(join(stack.var, 'pid/mariadb'), 'utf8').split(' ');
  process.kill(Number(pid), signal);
  while (existsSync(`/proc/${pid}/exe`)) await sleep(1);
}
