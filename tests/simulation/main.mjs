// tests/simulation/run [SEED [SEED]] [OPTION...] - deterministic schedules of phones, users, office
// and faults against the real server code.
//
//   tests/simulation/run 1 5000            the seeds from 1 to 5000
//   tests/simulation/run --seconds 45      from 1 on, for so long
//   tests/simulation/run 296 --verbose     one seed, told step by step
//   --check                                before that, the simulation itself: the same seed has
//   the
//                                          same trace twice, and each fault of mutations.mjs is
//                                          found
//   --app                                  the phones of every second seed are the core of the
//                                          inspector's app, which has to be built (see its README)
//
// Each seed that fails is printed with the line that repeats it. Programs come from LIANCHA_BIN.

import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutations } from './mutations.mjs';
import { prepare } from './world.mjs';

const LANE = new URL('./lane.mjs', import.meta.url);
const FAILURES_MAX = 10;
const SECONDS = 30;
const TRACED = 20; // seeds whose traces --check compares
const SOUGHT = 1000; // seeds among which --check must find each fault: no more than a short run has

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  seconds: { type: 'string' }, lanes: { type: 'string' },
    check: { type: 'boolean', default: false }, app: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false } } });
const first = Number(positionals[0] ?? 1);
const last = Number(positionals[1] ?? positionals[0] ?? Infinity);
const limit = options.seconds ?? (last === Infinity ? SECONDS : Infinity);
const processors = allowedProcessors();
const laneCount = Math.min(last - first + 1, Number(options.lanes ?? processors.length));

let failures = 0;

// Those that this process may use, of lists as "0-3,8".
function allowedProcessors() {
  const [, list] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

function report(well, text) {
  console.log(`${well ? 'ok' : 'not ok'} ${text}`);
  if (!well) failures++;
}

// Sends a lane its next work; resolves with the answer.
function ask(child, message) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a lane ended: ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.removeListener('exit', ended);
      resolve(answer);
    });
    child.send(message);
  });
}

// The results of the seeds from 1 to last, or until one of them says to stop.
function upTo(children, last, message = {}, stop = () => false) {
  let seed = 0;
  let stopped = false;
  return Promise.all(children.map(async (child) => {
    const results = [];
    while (seed < last && !stopped) {
      const result = await ask(child, { ...message, seed: ++seed });
      results.push(result);
      stopped ||= stop(result);
    }
    return results;
  })).then((lists) => lists.flat().sort((a, b) => a.seed - b.seed));
}

async function check(children) {
  const [before, after] = [await upTo(children, TRACED), await upTo(children, TRACED)];
  const differ = before.filter(({ hash }, i) => hash === undefined || hash !== after[i].hash);
  report(differ.length === 0, `the same seed has the same trace, ${TRACED} times` +
    differ.map(({ seed }) => `, not ${seed}`).join(''));
  for (const mutation of Object.keys(mutations)) {
    const results = await upTo(children, SOUGHT, { mutation }, ({ failure }) => failure);
    const found = results.find(({ failure }) => failure);
    report(found, `${mutation} is found${found ? ` by seed ${found.seed}` : ''}`);
  }
}

async function explore(children) {
  const end = Date.now() + limit * 1000;
  const begin = Date.now();
  const total = { schedules: 0, steps: 0 };
  const counts = {};
  let seed = first;
  let failed = 0;
  const next = () => (seed <= last && Date.now() < end && failed < FAILURES_MAX
    ? { seed: seed++, verbose: options.verbose } : undefined);
  await Promise.all(children.map(async (child) => {
    for (let message; (message = next());) {
      const { steps = 0, counts: some = {}, failure } = await ask(child, message);
      total.schedules++;
      total.steps += steps;
      for (const [what, n] of Object.entries(some)) counts[what] = (counts[what] ?? 0) + n;
      if (!failure) continue;
      failed++;
      console.log(`seed ${message.seed}: ` +
        `tests/simulation/run ${message.seed} --verbose\n${failure}`);
    }
  }));
  const took = ((Date.now() - begin) / 1000).toFixed(1);
  console.log(`${total.schedules} schedules, ${total.steps} steps, ${took} s: ` +
    Object.keys(counts).sort().map((what) => `${what} ${counts[what]}`).join(', '));
  report(failed === 0 && total.schedules > 0,
    `the schedules from seed ${first} on end in agreement`);
}

async function close(child) {
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
    child.send({});
  });
  if (code !== 0) report(false, `the server of a lane ended with ${code}`);
}

// A lane is a conversation: between processes on one processor it takes half the time.
function start(i) {
  return fork(LANE, { execPath: 'taskset',
    execArgv: ['--cpu-list', String(processors[i % processors.length]), process.execPath] });
}

const { stop, ...world } = await prepare();
try {
  const children = Array.from({ length: laneCount }, (_, i) => start(i));
  await Promise.all(children.map((child, i) =>
    ask(child, { ...world, app: options.app, name: `lane${i}` })));
  if (options.check) await check(children);
  await explore(children);
  await Promise.all(children.map(close));
} finally {
  await stop();
}
process.exitCode = failures === 0 ? 0 : 1;
