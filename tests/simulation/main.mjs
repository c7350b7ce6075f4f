// tests/simulation/run [SEED [SEED]] [OPTION...] - deterministic schedules of phones, users, office and
// faults against the real server code.
//
//   tests/simulation/run 1 5000            the seeds from 1 to 5000
//   tests/simulation/run --seconds 45      from 1 on, for so long
//   tests/simulation/run 296 --verbose     one seed, told step by step
//   --check                                before that, the simulation itself: the same seed has the
//                                          same trace twice, and each fault of mutations.mjs is found
//
// Each seed that fails is printed with the line that repeats it. Programs come from LIANCHA_BIN.

import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { mutations } from './mutations.mjs';
import { prepare } from './world.mjs';

const LANE = new URL('./lane.mjs', import.meta.url);
const FAILURES_MAX = 10;
const SECONDS = 30;
const CHECKED = 8; // seeds that --check takes, for each fault too

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  seconds: { type: 'string' }, lanes: { type: 'string' }, check: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false } } });
const first = Number(positionals[0] ?? 1);
const last = Number(positionals[1] ?? positionals[0] ?? Infinity);
const limit = options.seconds ?? (last === Infinity ? SECONDS : Infinity);
const laneCount = Math.min(last - first + 1, Number(options.lanes ?? cpus().length));

let failures = 0;

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

// The results of the messages that `next` gives until it gives none, from all lanes at once.
async function spread(children, next) {
  const results = [];
  await Promise.all(children.map(async (child) => {
    for (let message; (message = next());) results.push(await ask(child, message));
  }));
  return results;
}

const fromList = (list) => () => list.shift();
const seeds = () => Array.from({ length: CHECKED }, (_, i) => ({ seed: i + 1 }));

// What a later edit writes anew is spoilt in vain: not every seed finds every fault.
async function check(children) {
  const hashes = async () => (await spread(children, fromList(seeds())))
    .sort((a, b) => a.seed - b.seed).map(({ hash, failure }) => hash ?? failure).join();
  report(await hashes() === await hashes(), 'the same seed has the same trace');
  for (const mutation of Object.keys(mutations)) {
    const results = await spread(children, fromList(seeds().map((one) => ({ ...one, mutation }))));
    const spoilt = results.filter(({ mutated, failure }) => mutated || failure).length;
    const found = results.filter(({ failure }) => failure).length;
    report(found > 0, `${mutation}: spoilt ${spoilt}, found ${found}`);
  }
}

async function explore(children) {
  const end = Date.now() + limit * 1000;
  const begin = Date.now();
  const total = { schedules: 0, steps: 0, requests: 0 };
  let seed = first;
  let failed = 0;
  const next = () => (seed <= last && Date.now() < end && failed < FAILURES_MAX
    ? { seed: seed++, verbose: options.verbose } : undefined);
  await Promise.all(children.map(async (child) => {
    for (let message; (message = next());) {
      const { steps = 0, requests = 0, failure } = await ask(child, message);
      total.schedules++;
      total.steps += steps;
      total.requests += requests;
      if (!failure) continue;
      failed++;
      console.log(`seed ${message.seed}: tests/simulation/run ${message.seed} --verbose\n${failure}`);
    }
  }));
  const took = ((Date.now() - begin) / 1000).toFixed(1);
  console.log(`${total.schedules} schedules, ${total.steps} steps, ${total.requests} requests, ${took} s`);
  report(failed === 0 && total.schedules > 0, `the schedules from seed ${first} on end in agreement`);
}

async function close(child) {
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
    child.send({});
  });
  if (code !== 0) report(false, `the server of a lane ended with ${code}`);
}

const { bin, lanes, world, stop } = await prepare(laneCount);
try {
  const children = lanes.map(() => fork(LANE));
  await Promise.all(children.map((child, i) => ask(child, { bin, config: lanes[i], world })));
  if (options.check) await check(children);
  await explore(children);
  await Promise.all(children.map(close));
} finally {
  await stop();
}
process.exitCode = failures === 0 ? 0 : 1;
