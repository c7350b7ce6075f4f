// bench.mjs - runs the measures named and prints their tables: bench.mjs JSON-FILE MEASURE...
// tests/bench/run starts it beside the services.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { measureEvidence } from './evidence.mjs';
import { measureImport } from './import.mjs';
import { measureMobile } from './mobile.mjs';
import { measureRows } from './rows.mjs';
import { measureRuntime } from './runtime.mjs';
import { measureSearch } from './search.mjs';

// What these need is installed for them alone.
const measureDraw = async (settings) => (await import('./draw.mjs')).measureDraw(settings);
const measureLists = async (settings) => (await import('./lists.mjs')).measureLists(settings);
const measureApp = async (settings) => (await import('./app.mjs')).measureApp(settings);
const MEASURES = { runtime: measureRuntime, import: measureImport, draw: measureDraw,
  mobile: measureMobile, evidence: measureEvidence, rows: measureRows, search: measureSearch,
  lists: measureLists, app: measureApp };

function version(command, args, pattern) {
  const text = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return text.match(pattern)?.[1] ?? '?';
}

function machine() {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const package_ = (name) => version('dpkg-query', ['-W', '-f', '${Version}', name], /^(.*)$/);
  return `${os.cpus().length} x ${cpu.model.trim()}, ${memory} GiB, Linux ${os.release()}, nginx ` +
    `${package_('nginx')}, libfcgi ${package_('libfcgi0ldbl')}, MariaDB ` +
    `${version('mariadbd', ['--version'], /Ver ([0-9.]+)/)}`;
}

// Ticks of all processors: [in all, taken by other guests of the host].
function ticks() {
  const all = readFileSync('/proc/stat', 'utf8').match(/^cpu +(.*)/)[1].split(' ').map(Number);
  return [all.slice(0, 8).reduce((a, b) => a + b), all[7]];
}

const [json, ...names] = process.argv.slice(2);
const settings = {
  rounds: Number(process.env.BENCH_ROUNDS ?? 5),
  seconds: Number(process.env.BENCH_SECONDS ?? 3),
  rows: Number(process.env.BENCH_ROWS ?? 200000),
};
const result = { machine: machine(), date: new Date().toISOString(), ...settings };
console.log(`machine  ${result.machine}`);
const before = ticks();
try {
  for (const name of names) result[name] = await MEASURES[name](settings);
} catch (error) {
  console.error(`bench: not measured: ${error.stack}`);
  process.exitCode = 1;
}
const [all, stolen] = ticks().map((n, i) => n - before[i]);
result.stolen_percent = Number((100 * stolen / all).toFixed(1));
console.log(`\nprocessor time taken by others on this host: ${result.stolen_percent} %`);
if (json && !process.exitCode) writeFileSync(json, `${JSON.stringify(result, null, 1)}\n`);
