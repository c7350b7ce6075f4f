// probe.mjs - asks one address again and again from a thread of its own, so that what else this
// process does takes nothing from what it measures:
//
//   const probe = startProbe(url, { token });
//   const { statuses, times } = await probe.stop(); // milliseconds, in the order of the requests

import http from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PAUSE_MS = 20;

export function startProbe(url, { token }) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { url, token } });
  const result = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { stop() {
    worker.postMessage('stop');
    return result;
  } };
}

function ask({ url, token }, agent) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    http.get(url, { agent, headers: { Authorization: `Bearer ${token}` } }, (res) => {
      res.resume();
      res.on('end', () => resolve({ status: res.statusCode, time: performance.now() - begin }));
    }).on('error', reject);
  });
}

async function run() {
  const agent = new http.Agent({ keepAlive: true });
  const statuses = [];
  const times = [];
  let stopped = false;
  parentPort.once('message', () => { stopped = true; });
  while (!stopped) {
    const { status, time } = await ask(workerData, agent);
    statuses.push(status);
    times.push(time);
    await sleep(PAUSE_MS);
  }
  agent.destroy();
  parentPort.postMessage({ statuses, times });
}

if (!isMainThread) await run();
