// beacon.mjs - a simulated public beacon of random numbers: a round each half second, signed by an
// RSA key. Format of a pulse: fcgi/public/rule-2.md. Its values are a keyed digest of the round, so
// that any round, once its time has come, can be had again: nothing is kept but the key.

import { execFileSync } from 'node:child_process';
import { createHash, createHmac, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const BEACON = '演示信标';
const PERIOD_MS = 500;

// Key and certificate in DIR, made there when absent.
export class Beacon {
  #key;
  #secret;

  constructor(dir) {
    const key = join(dir, 'beacon-key.pem');
    this.certificateFile = join(dir, 'beacon.pem');
    if (!existsSync(this.certificateFile))
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
        key, '-out',
        this.certificateFile, '-days', '3650', '-subj', '/CN=beacon (simulated)'],
        { stdio: 'pipe' });
    this.#key = readFileSync(key, 'utf8');
    this.#secret = createHash('sha256').update(this.#key).digest();
  }

  #value(round) { return createHmac('sha256', this.#secret).update(String(round)).digest('hex'); }

  // The first round whose time is so far away: {issue, at}.
  next(ms = 1000) {
    const round = Math.floor((Date.now() + ms) / PERIOD_MS) + 1;
    return { issue: String(round), at: new Date(round * PERIOD_MS).toISOString() };
  }

  // What is announced of it: the body of the planner's announcement. teamsMs: from the draw's round
  // to that of the teams.
  announce(ms, teamsMs = PERIOD_MS) {
    const first = this.next(ms);
    const round = Number(first.issue) + Math.ceil(teamsMs / PERIOD_MS);
    return { kind: 'beacon', source: BEACON, place: '演示信标的网址', ...first,
      teams_issue: String(round), teams_at: new Date(round * PERIOD_MS).toISOString() };
  }

  // The pulse of a round as it would be, whether its time has come or not.
  forge(round, { source = BEACON, at = new Date(round * PERIOD_MS).toISOString() } = {}) {
    const signed = `liancha-pulse/1\t${source}\nround\t${round}\ntime\t${at}\n` +
      `previous\t${this.#value(round - 1)}\nvalue\t${this.#value(round)}\n`;
    const signature = sign('sha256', Buffer.from(signed), this.#key).toString('hex');
    return `${signed}signature\t${signature}\n`;
  }

  // The pulse of the round at that time, once it has come.
  async pulseAt(at) {
    const time = Date.parse(at);
    for (let left; (left = time - Date.now()) >= 0;) await sleep(left + 1);
    return this.forge(time / PERIOD_MS);
  }

  // GET /beacon/ROUND: nothing before its time.
  handle(req, res) {
    const round = Number(req.url.match(/^\/beacon\/([0-9]{1,15})$/)?.[1] ?? NaN);
    const known = round * PERIOD_MS <= Date.now();
    const body = known ? this.forge(round) : 'no such round yet\n';
    res.writeHead(known ? 200 : 404, { 'Content-Type': 'text/plain; charset=utf-8' });
    res.end(body);
  }
}
