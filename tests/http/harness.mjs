// harness.mjs - a whole Liancha for the HTTP tests: MariaDB, workers, nginx, platform.
//
//   const stack = await startStack();      // before()
//   await stack.stop();                    // after()
//
// Attaches to the stack that the environment names (LIANCHA_BASE_URL, as conf/services.sh exports
// it), so that a runner starts one for all files; else, or with {own: true} unless it is a cluster
// (LIANCHA_GALERA), starts one of its own in a new folder and removes it afterwards, a copy of
// LIANCHA_SEEDED if that is named (seeded.mjs). Before it is removed, its logs are looked through
// for reports of the sanitizers, and kept in LIANCHA_LOGS if that is named. Programs come from
// LIANCHA_BIN. A shared stack is one file's at a time: files queue for its lock.

import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Office, SecretFile } from '../../conf/main-job/office.mjs';
import { Beacon } from '../support/platform/beacon.mjs';
import '../contract/observe.mjs'; // npm ci --prefix tests/contract

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SERVICES = join(ROOT, 'conf/services');
const LOCK_MS = 600000;
const REPORT = /ERROR: (Address|Leak)Sanitizer|runtime error:/;

const run = promisify(execFile);

export const BIN = process.env.LIANCHA_BIN ?? join(ROOT, 'var/build/bin');

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

// Owned by one process at a time; a holder that died loses it.
async function takeLock(path) {
  const give = () => rmSync(path, { force: true });
  for (const end = Date.now() + LOCK_MS; Date.now() < end; await sleep(200)) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return give;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    try {
      process.kill(Number(readFileSync(path, 'utf8')), 0);
    } catch (error) {
      if (error.code === 'ESRCH') give();
    }
  }
  throw new Error(`${path}: held for ${LOCK_MS} ms`);
}

export class Stack {
  #env;
  #own;
  #release = () => {};
  #found = null; // what the files behind this one rely on

  constructor(env, own) {
    this.#env = { ...process.env, ...env };
    this.#own = own;
    this.var = env.LIANCHA_VAR;
    this.origin = `http://127.0.0.1:${env.LIANCHA_PORT}`;
    this.base = `${this.origin}/liancha`;
    this.platform = `https://127.0.0.1:${env.LIANCHA_PLATFORM_PORT}`;
    this.config = join(this.var, 'liancha.ini');
  }

  async services(...args) { await this.servicesBy([], ...args); }

  // The same, run by a command of its own, e.g. one that changes what the services find.
  async servicesBy(wrapper, ...args) {
    const [command, ...rest] = [...wrapper, SERVICES, ...args];
    await run(command, rest, { env: this.#env, maxBuffer: 1 << 26 });
  }

  async start() {
    if (this.#own) {
      process.once('exit', this.#clear);
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
      await this.services('start');
    } else {
      this.#release = await takeLock(join(this.var, 'test.lock'));
    }
    this.beacon = new Beacon(join(this.var, 'platform'));
    this.office = new Office({ bin: BIN, config: this.config, origin: this.origin,
      secrets: new SecretFile(join(this.var, 'test-accounts.json')) });
    // The first file on a stack without its world makes it.
    if (!this.#own && this.office.secrets.data.seeded) this.#found = await this.#others();
  }

  #clear = () => {
    execFileSync(SERVICES, ['stop'], { env: this.#env });
    const logs = join(this.var, 'log');
    const reports = readdirSync(logs).filter((name) => REPORT.test(readFileSync(join(logs, name))));
    if (process.env.LIANCHA_LOGS) {
      const test = basename(process.argv[1], '.mjs');
      cpSync(logs, join(process.env.LIANCHA_LOGS, test, basename(this.var)), { recursive: true });
    }
    rmSync(this.var, { recursive: true, force: true });
    if (reports.length > 0) throw new Error(`reports of the sanitizers in ${reports}`);
  };

  // Of a stack that files share: a campaign left announced keeps its enterprises from the draws of
  // others, an inspector left off duty is refused by theirs, an enterprise more is drawn too.
  async #others() {
    return (await this.sql("SELECT CONCAT('campaign ', code) FROM campaign" +
      " WHERE state = 'announced'" +
      " UNION ALL SELECT CONCAT('enterprise ', s.code, ' in ', d.code) FROM directory_entry e" +
      " JOIN directory d ON d.id = e.directory_id JOIN subject s ON s.id = e.subject_id" +
      " WHERE d.code IN ('T-health', 'T-market')" +
      " UNION ALL SELECT CONCAT('off duty ', card_no) FROM inspector WHERE NOT on_duty" +
      " AND card_no REGEXP '^T-(H410402|M410400)-[123]$'")).flat();
  }

  async stop() {
    this.office.close();
    try {
      const left = this.#found === null ? []
        : (await this.#others()).filter((one) => !this.#found.includes(one));
      if (left.length > 0) throw new Error(`left behind in the shared stack: ${left.join(', ')}`);
    } finally {
      this.#release();
    }
    if (!this.#own) return;
    process.removeListener('exit', this.#clear);
    this.#clear();
  }

  // A read-only look at the database, as its operator: rows of tab-separated columns. On a node of
  // a cluster, what any node acknowledged is seen.
  sql(query) {
    return this.operate('SET SESSION TRANSACTION READ ONLY; SET SESSION wsrep_sync_wait = 1; ' +
      query);
  }

  // What only an operator can do, e.g. let time pass for a session.
  async operate(query) {
    const { stdout } = await run('mariadb', ['--no-defaults', '--batch', '--skip-column-names',
      `--socket=${join(this.var, 'run/mariadb.sock')}`, `--user=${userInfo().username}`,
      '--execute', query, 'liancha'], { maxBuffer: 1 << 26 });
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  }

  // Table -> checksum of its rows.
  async checksums() {
    const tables = await this.sql("SELECT table_name FROM information_schema.tables " +
      "WHERE table_schema = 'liancha' AND table_type = 'BASE TABLE' ORDER BY 1");
    const sums = await this.sql(`CHECKSUM TABLE ${tables.map(([name]) => `\`${name}\``).join()}`);
    return Object.fromEntries(sums);
  }
}

// `env`: settings of conf/services.sh, for a stack of its own.
export async function startStack({ own = false, env: wanted = {} } = {}) {
  const { LIANCHA_BASE_URL, LIANCHA_GALERA, LIANCHA_VAR, LIANCHA_PORT, LIANCHA_PLATFORM_PORT } =
    process.env;
  if (LIANCHA_BASE_URL && (!own || LIANCHA_GALERA)) {
    const stack = new Stack({ LIANCHA_VAR, LIANCHA_PORT, LIANCHA_PLATFORM_PORT }, false);
    await stack.start();
    return stack;
  }
  const folder = mkdtempSync(join(tmpdir(), 'liancha-http-'));
  chmodSync(folder, 0o711); // the workers' account enters it
  if (process.env.LIANCHA_SEEDED)
    execFileSync('cp', ['-a', `${process.env.LIANCHA_SEEDED}/.`, folder]);
  const env = { LIANCHA_VAR: folder, LIANCHA_BIN: BIN, LIANCHA_WORKERS: '3',
    LIANCHA_PORT: await freePort(), LIANCHA_PLATFORM_PORT: await freePort(), ...wanted };
  const stack = new Stack(env, true);
  await stack.start();
  return stack;
}

// What a program itself says of its routes: [{method, path, who, name}]; who = anyone, session,
// device, or a list of roles.
export async function routesOf(program) {
  const { stdout } = await run(join(BIN, program), ['--routes']);
  return stdout.trim().split('\n').map((line) => {
    const [method, path, who, name] = line.split(' ');
    return { program, method, path, who, name };
  });
}
