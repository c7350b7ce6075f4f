// services.mjs - the Liancha that tests/bench/run started: its administration, its processor time.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG } = process.env;

export function lianchactl(...args) {
  return execFileSync(join(BIN, 'lianchactl'), ['--config', CONFIG, '--json', ...args],
    { encoding: 'utf8' });
}

function children(pid) {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean);
}

// Processor time of a service and its children, all threads, in microseconds.
export function processorTime(service) {
  const [leader] = readFileSync(join(VAR, 'pid', service), 'utf8').split(' ');
  let time = 0;
  for (const pid of [leader, ...children(leader)])
    for (const task of readdirSync(`/proc/${pid}/task`))
      time += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return time / 1000;
}
