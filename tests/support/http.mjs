// http.mjs - what the HTTP tests ask with: one request, a client with a session, the problem check.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';

const MAX_REPLY = 64 * 1024 * 1024;
const PROBLEM_MEMBERS = ['type', 'title', 'status', 'detail', 'pointer', 'present', 'faults',
  'instance'];

class Reply {
  // wireSize: bytes of the body as it came; body: what they are.
  constructor(message, bytes, line) {
    const body = message.headers['content-encoding'] === 'gzip' && bytes.length > 0
      ? gunzipSync(bytes, { maxOutputLength: MAX_REPLY }) : bytes;
    Object.assign(this, { status: message.statusCode, headers: message.headers, body, line,
      wireSize: bytes.length });
  }

  get text() { return this.body.toString('utf8'); }

  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      return assert.fail(`${this.line}: ${this.status}, no JSON: ${this.text.slice(0, 500)}`);
    }
  }
}

// Functions that look at every exchange, {method, url, headers, body, reply}; when one throws, so
// does the request. The check of the mobile contract (tests/contract) is hooked in here.
const observers = [];

export function observe(observer) { observers.push(observer); }

// One request to `url`. `json` is sent as application/json, `body` as it is, either compressed with
// `gzip`; `token` as bearer. `socketPath` reaches a unix socket, `ca` trusts an authority. Rejects
// on a broken connection, with error.code as node sets it, ETIMEDOUT after `timeoutMs`.
export function request(url, { method, token, json, body, headers = {}, gzip = false, ca, agent,
  socketPath, timeoutMs = 30000 } = {}) {
  const target = new URL(url);
  const content = json === undefined ? body : JSON.stringify(json);
  const bytes = gzip ? gzipSync(content) : content;
  const verb = method ?? (bytes === undefined ? 'GET' : 'POST');
  const sent = { ...headers };
  if (json !== undefined) sent['Content-Type'] ??= 'application/json';
  if (gzip) sent['Content-Encoding'] = 'gzip';
  if (token !== undefined) sent.Authorization = `Bearer ${token}`;
  if (bytes !== undefined) sent['Content-Length'] ??= Buffer.byteLength(bytes);
  return new Promise((resolve, reject) => {
    const module = target.protocol === 'https:' ? https : http;
    const req = module.request(target, { method: verb, headers: sent, ca, agent, socketPath },
      (message) => {
        const chunks = [];
        let size = 0;
        message.on('data', (chunk) => {
          size += chunk.length;
          if (size > MAX_REPLY) req.destroy(new Error(`${url}: reply over ${MAX_REPLY} bytes`));
          else chunks.push(chunk);
        });
        message.on('error', reject);
        message.on('end', () => {
          const reply = new Reply(message, Buffer.concat(chunks), `${verb} ${target.pathname}`);
          try {
            for (const observer of observers)
              observer({ method: verb, url: target, headers: sent, body: bytes, reply });
            resolve(reply);
          } catch (error) {
            reject(error);
          }
        });
      });
    const timer = setTimeout(() => req.destroy(Object.assign(
      new Error(`${verb} ${url}: no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' })),
      timeoutMs);
    req.on('error', reject);
    req.on('close', () => clearTimeout(timer));
    req.end(bytes);
  });
}

// A base URL and a session: new Client('http://127.0.0.1:8080/liancha', {token}).get('/planner/…').
export class Client {
  constructor(base, { token, ...options } = {}) {
    Object.assign(this, { base, token, options });
  }

  send(method, path, options = {}) {
    return request(this.base + path, { token: this.token, ...this.options, ...options, method });
  }

  get(path, options) { return this.send('GET', path, options); }
  head(path, options) { return this.send('HEAD', path, options); }
  delete(path, options) { return this.send('DELETE', path, options); }
  post(path, json, options) { return this.send('POST', path, { json, ...options }); }
  put(path, json, options) { return this.send('PUT', path, { json, ...options }); }
  patch(path, json, options) { return this.send('PATCH', path, { json, ...options }); }
}

// A session of an account, {token, password}: a password that somebody else chose is replaced.
export async function signIn(client, login, password) {
  const again = async (ask) => {
    for (;;) {
      const res = await ask();
      if (res.status !== 429) return res;
      await sleep(100); // others are signing in
    }
  };
  const session = expectJson(await again(() => client.send('POST', '/planner/v1/sessions',
    { json: { login, password }, token: undefined })), 201);
  if (!session.must_change) return { token: session.token, password };
  const own = `${randomBytes(18).toString('base64url')}-aZ7`;
  const res = await again(() => client.send('POST', '/planner/v1/session/password',
    { json: { current: password, password: own }, token: session.token }));
  assert.equal(res.status, 204, res.text);
  return { token: session.token, password: own };
}

// The reply's JSON when it has the status (one or a list), else a failure that shows what came.
export function expectJson(res, status = 200) {
  assert.ok([status].flat().includes(res.status),
    `${res.line}: ${res.status} instead of ${status}: ${res.text.slice(0, 1000)}`);
  assert.match(res.headers['content-type'] ?? '', /^application\/json(;|$)/);
  return res.json;
}

// Checks a problem document (RFC 9457) in the project's form and returns it. `type` is the whole
// type or its last segment; `pointer` (RFC 6901), when given, is what it has to point at.
export function expectProblem(res, status, type, { pointer } = {}) {
  const shown = `${res.line}: ${res.status} ${res.text.slice(0, 1000)}`;
  assert.equal(res.status, status, shown);
  assert.match(res.headers['content-type'] ?? '', /^application\/problem\+json(;|$)/, shown);
  const problem = res.json;
  assert.ok(problem !== null && typeof problem === 'object' && !Array.isArray(problem), shown);
  for (const name of Object.keys(problem))
    assert.ok(PROBLEM_MEMBERS.includes(name), `unknown member ${name}: ${shown}`);
  for (const name of ['type', 'title', 'detail', 'instance'])
    assert.ok(typeof problem[name] === 'string' && problem[name] !== '', `${name}: ${shown}`);
  assert.equal(problem.status, status, `status in the body: ${shown}`);
  assert.match(problem.detail, /\p{Script=Han}/u, `a Chinese detail: ${shown}`);
  if (problem.pointer !== undefined)
    assert.match(problem.pointer, /^(\/([^~]|~0|~1)*)?$/, `a JSON pointer: ${shown}`);
  if (type !== undefined)
    assert.ok(problem.type === type || problem.type.split(/[/:#]/).at(-1) === type,
      `type ${type}: ${shown}`);
  if (pointer !== undefined) assert.equal(problem.pointer, pointer, shown);
  return problem;
}
