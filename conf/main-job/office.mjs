// office.mjs - the office as the main job sees it: lianchactl, sessions of its officials, the APIs.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { Client, expectJson, request, signIn } from '../../tests/support/http.mjs';

const PAGE = 200;

// A small JSON file that only its owner can read, replaced as a whole.
export class SecretFile {
  #path;

  constructor(path) {
    this.#path = path;
    this.data = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  }

  save() {
    const passing = `${this.#path}.new`;
    writeFileSync(passing, `${JSON.stringify(this.data, null, 1)}\n`, { mode: 0o600 });
    renameSync(passing, this.#path);
  }
}

// Runs fn over the items, at most `width` at a time; the results in the order of the items.
export async function pool(items, width, fn) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await fn(items[i], i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

export class Office {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  #clients = new Map();

  constructor({ bin, config, origin, secrets }) {
    Object.assign(this, { bin, config, origin, secrets, base: `${origin}/liancha` });
    for (const kind of ['accounts', 'sessions', 'devices']) secrets.data[kind] ??= {};
  }

  // lianchactl with --json: {code, out (parsed, or null), err}. Rejects on another exit code.
  ctl(args, { codes = [0] } = {}) {
    const argv = ['--config', this.config, '--json', ...args];
    return new Promise((resolve, reject) => {
      const child = spawn(`${this.bin}/lianchactl`, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      const texts = { stdout: '', stderr: '' };
      for (const name of Object.keys(texts))
        child[name].setEncoding('utf8').on('data', (text) => { texts[name] += text; });
      child.on('error', reject);
      child.on('close', (code) => {
        if (!codes.includes(code))
          reject(new Error(`lianchactl ${args.join(' ')}：退出码 ${code}：` +
            `${texts.stderr}${texts.stdout}`.trim()));
        else {
          try {
            const out = texts.stdout ? JSON.parse(texts.stdout) : null;
            resolve({ code, out, err: texts.stderr });
          } catch {
            reject(new Error(`lianchactl ${args.join(' ')}：输出不是 JSON：${texts.stdout}`));
          }
        }
      });
    });
  }

  knows(login) { return Object.hasOwn(this.secrets.data.accounts, login); }

  keep(login, password) {
    this.secrets.data.accounts[login] = password;
    this.secrets.save();
  }

  // The client of an account, logged in at first use.
  as(login) {
    if (!this.#clients.has(login)) this.#clients.set(login, this.#logIn(login));
    return this.#clients.get(login);
  }

  // A session of an earlier start is taken up again while it holds.
  async #logIn(login) {
    const { accounts, sessions } = this.secrets.data;
    const client = new Client(this.base, { agent: this.#agent, timeoutMs: 300000,
      token: sessions[login] });
    if (client.token && (await client.get('/planner/v1/session')).status === 200) return client;
    const { token, password } = await signIn(client, login, accounts[login]);
    client.token = sessions[login] = token;
    accounts[login] = password;
    this.secrets.save();
    return client;
  }

  // Roles of departments by their names: the client of one.
  role(department, role) { return this.as(loginOf(department, role)); }

  // A page of the public site: {status, text, headers, body}, no session.
  page(path) { return request(`${this.base}/public${path}`, { agent: this.#agent }); }

  close() { this.#agent.destroy(); }
}

export function loginOf(department, role) { return `${department.toLowerCase()}.${role}`; }

export const get = async (client, path) => expectJson(await client.get(path));
export const post = async (client, path, body = {}, status = [200, 201]) =>
  expectJson(await client.post(path, body), status);

// All elements of a list that is served in pages: `name` is its member, `keyOf` what comes after.
export async function all(client, path, name, keyOf) {
  const out = [];
  for (let after = ''; ;) {
    const query = `${path.includes('?') ? '&' : '?'}limit=${PAGE}${after && `&after=${after}`}`;
    const rows = (await get(client, path + query))[name];
    out.push(...rows);
    if (rows.length < PAGE) return out;
    after = encodeURIComponent(keyOf(rows.at(-1)));
  }
}

// A department's sections in one state.
export const sectionsOf = (client, state) =>
  all(client, `/planner/v1/sections?state=${state}`, 'sections', ({ id }) => id);
