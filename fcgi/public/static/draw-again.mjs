// draw-again.mjs - draws from a snapshot, or from a part of one: parts are drawn beside each other
// by a page's workers, and joined. Browsers, their workers and node run it.

import { compareWords, hashOfRule, hexOfWords } from './hash.mjs';
import { compareBytes, readHead, readLines } from './snapshot.mjs';

const LINES_A_BREATH = 2000;
const LF = 0x0A;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// The first 53 bits of a score: what a number holds exactly, and enough for nearly all comparisons.
const keyOf = (scores, at) => (scores[at] >>> 0) * 2 ** 21 + (scores[at + 1] >>> 11);

// The smallest scores of a stratum, twice its quota; cut back whenever twice as many have gathered.
// They stand side by side in arrays, which workers hand over whole.
class Stratum {
  eligible = 0;
  n = 0;
  #worst = Infinity; // no larger score can be among them any more
  #bytes;
  #keys = new Float64Array(64);
  ats = new Uint32Array(64); // where in the bytes the subject stands
  sizes = new Uint8Array(64);
  scores = new Int32Array(64 * 8);

  constructor(quota, bytes) {
    this.quota = quota;
    this.#bytes = bytes;
  }

  subject(i) { return this.#bytes.subarray(this.ats[i], this.ats[i] + this.sizes[i]); }

  score(i) { return this.scores.subarray(8 * i, 8 * i + 8); }

  offer(at, size, scores, from) {
    const key = keyOf(scores, from);
    if (key > this.#worst) return;
    if (this.n === this.ats.length) this.#keep(Array.from({ length: this.n }, (_, i) => i));
    this.#keys[this.n] = key;
    this.ats[this.n] = at;
    this.sizes[this.n] = size;
    for (let i = 0; i < 8; i++) this.scores[8 * this.n + i] = scores[from + i];
    if (++this.n >= 4 * this.quota + 64) this.cut();
  }

  // Those of that order, in arrays with room for as many again.
  #keep(order) {
    const { ats, sizes, scores } = this;
    const keys = this.#keys;
    const room = 2 * Math.max(order.length, 32);
    this.n = order.length;
    this.#keys = new Float64Array(room);
    this.ats = new Uint32Array(room);
    this.sizes = new Uint8Array(room);
    this.scores = new Int32Array(8 * room);
    for (const [to, i] of order.entries()) {
      this.#keys[to] = keys[i];
      this.ats[to] = ats[i];
      this.sizes[to] = sizes[i];
      this.scores.set(scores.subarray(8 * i, 8 * i + 8), 8 * to);
    }
  }

  cut() {
    const keys = this.#keys;
    const order = Array.from({ length: this.n }, (_, i) => i)
      .sort((i, j) => keys[i] - keys[j] || compareWords(this.score(i), this.score(j)) ||
        compareBytes(this.subject(i), this.subject(j)));
    if (order.length > 2 * this.quota) {
      order.length = 2 * this.quota;
      this.#worst = order.length ? keys[order.at(-1)] : -1;
    }
    this.#keep(order);
  }
}

// ---- a part ----

// bytes: whole lines from `from` on, of which the first is the last before the part where `context`
// is true; head: of the snapshot; quotas as entries. {lines, strata}: an entry a stratum.
export async function drawPart({ bytes, from, context, head, rule, seed, quotas }, tick) {
  const tickets = hashOfRule(rule).tickets(seed);
  const strata = new Map(quotas.map(([name, quota]) => [name, new Stratum(quota, bytes)]));
  let lines = context ? -1 : 0;
  for (const line of readLines(bytes, head, from)) {
    if (++lines === 0) continue;
    if (lines % LINES_A_BREATH === 0) await tick(LINES_A_BREATH);
    if (!strata.has(line.name)) strata.set(line.name, new Stratum(0, bytes));
    const stratum = strata.get(line.name);
    if (line.weight === 0) continue;
    stratum.eligible++;
    if (stratum.quota > 0)
      stratum.offer(line.at, line.subject.length, tickets.score(line.subject, line.weight), 0);
  }
  for (const stratum of strata.values()) stratum.cut();
  return { lines, strata: [...strata].map(([name, { eligible, n, ats, sizes, scores }]) =>
    [name, { eligible, n, ats, sizes, scores }]) };
}

// ---- the whole ----

// Where the parts begin, so many of them at most: each but the first behind the LF of a line.
function cutLines(bytes, from, n) {
  const starts = [from];
  for (let i = 1; i < n; i++) {
    const start = bytes.indexOf(LF, Math.floor(from + (bytes.length - from) * i / n)) + 1;
    if (start > starts.at(-1) && start < bytes.length) starts.push(start);
  }
  return starts;
}

// A part's lines, behind the last one of the part before.
function jobOf(bytes, start, end, first, common) {
  const from = first ? start : bytes.lastIndexOf(LF, start - 2) + 1;
  return { ...common, from: 0, context: !first, base: from, bytes: bytes.subarray(from, end) };
}

function join(parts, jobs, quotas, bytes) {
  const strata = new Map(quotas.map(([name, quota]) => [name, new Stratum(quota, bytes)]));
  for (const [i, part] of parts.entries())
    for (const [name, { eligible, n, ats, sizes, scores }] of part.strata) {
      if (!strata.has(name)) strata.set(name, new Stratum(0, bytes));
      const stratum = strata.get(name);
      stratum.eligible += eligible;
      for (let k = 0; k < n; k++) stratum.offer(jobs[i].base + ats[k], sizes[k], scores, 8 * k);
    }
  for (const stratum of strata.values()) stratum.cut();
  return { lines: parts.reduce((all, { lines }) => all + lines, 0), strata };
}

// {id, lines, strata}. workers: {count, draw(jobs, tick)}, which resolves to what drawPart makes of
// each job, or to null where some part is malformed, or no worker is to be had: it is then drawn
// here, from the first line on, so that the first fault is found where it is.
export async function drawAgain({ rule, seed, quotas }, bytes, tick, workers) {
  const head = readHead(bytes);
  const common = { head, rule, seed, quotas: [...quotas] };
  const starts = cutLines(bytes, head.size, workers?.count ?? 1);
  let jobs = starts.map((start, i) => jobOf(bytes, start, starts[i + 1], i === 0, common));
  let parts = await workers?.draw(jobs, tick) ?? null;
  if (!parts) {
    jobs = [{ ...common, from: head.size, context: false, base: 0, bytes }];
    parts = [await drawPart(jobs[0], tick)];
  }
  return { id: head.id, ...join(parts, jobs, common.quotas, bytes) };
}

// The digest of this opens that of a reserve; place: draw, stratum, position.
export const openingOf = (secret, place) => [secret, 'reserve', ...place].join('|');

// The first line of the result file that is not as drawn: {where, problem}, or null. Counts.
export function compareResults(draw, strata, bytes) {
  const names = [...strata.keys()].sort();
  let at = 0;
  let number = 0;
  Object.assign(draw, { selected: 0, reserves: 0 });
  const differs = (to, what) => ({ where: `line ${number}, bytes ${at}-${to}`,
    problem: `结果文件第 ${number} 行（字节 ${at} 至 ${to}）：${what}` });
  for (const name of names) {
    const stratum = strata.get(name);
    for (let i = 0; i < stratum.n; i++) {
      const reserve = i >= stratum.quota;
      const text = decoder.decode(stratum.subject(i));
      const expected = encoder.encode(`${name}\t${i + 1}\t${text}\t` +
        `${reserve ? 'reserve' : 'selected'}\t${hexOfWords(stratum.score(i))}\n`);
      const lf = bytes.indexOf(LF, at);
      const next = lf < 0 ? bytes.length : lf + 1;
      number++;
      if (compareBytes(bytes.subarray(at, next), expected) !== 0)
        return differs(next, `按规则应为抽查层 ${name} 第 ${i + 1} 位 ${text}（${reserve ? '备选' : '抽中'}）`);
      draw[reserve ? 'reserves' : 'selected']++;
      at = next;
    }
  }
  number++;
  return at < bytes.length ? differs(bytes.length, '按规则结果到此为止，其后多出内容') : null;
}

// The first line that is not as it was public with the draw, the reserves as digests; or null.
// hex: text -> digest.
export function compareDrawn(id, strata, bytes, secret, hex) {
  let at = 0;
  let number = 0;
  const holds = (text) => {
    const expected = encoder.encode(`${text}\n`);
    const same = compareBytes(bytes.subarray(at, at + expected.length), expected) === 0;
    at += expected.length;
    number++;
    return same;
  };
  const differs = () => ({ where: `line ${number}`, problem: '随抽取公开的名单与结果不符' });
  if (!holds(`liancha-drawn/1\t${id}`)) return differs();
  for (const name of [...strata.keys()].sort())
    for (let i = 0; i < strata.get(name).n; i++) {
      const reserve = i >= strata.get(name).quota;
      const place = [id, name, i + 1];
      const subject = decoder.decode(strata.get(name).subject(i));
      const shown = reserve
        ? hex([hex(openingOf(secret, place)), ...place, subject].join('|')) : subject;
      if (!holds([name, i + 1, shown, reserve ? 'reserve' : 'selected'].join('\t')))
        return differs();
    }
  number++;
  return at === bytes.length ? null : differs();
}
