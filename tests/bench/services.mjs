// services.mjs - the Liancha that tests/bench/run started: its administration, its processor time.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
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

const processesOf = (service) => {
  const [leader] = readFileSync(join(VAR, 'pid', service), 'utf8').split(' ');
  return [leader, ...children(leader)];
};

// Processor time of a service and its children, all threads, in microseconds.
export function processorTime(service) {
  let time = 0;
  for (const pid of processesOf(service))
    for (const task of readdirSync(`/proc/${pid}/task`))
      time += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return time / 1000;
}

// The same in seconds and by the system's ticks, with the threads that ended meanwhile.
export const processorTicks = (service) => processesOf(service).reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return sum + (Number(fields[11]) + Number(fields[12])) / 100;
}, 0);

// The most memory that one of a service's processes ever held.
export const peakMib = (service) => Math.max(...processesOf(service).map((pid) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024));

// From now on; 5 is what the kernel takes for that.
export function forgetPeak(service) {
  for (const pid of processesOf(service)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
