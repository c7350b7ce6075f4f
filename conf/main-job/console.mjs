// console.mjs - what the visitor sees: one line per step, and the checks that end the run.

import { isDeepStrictEqual } from 'node:util';

const SPARSE_MS = 10000;
const TTY_MS = 100;

// A comparison did not hold: the run ends with this message.
export class CheckFailed extends Error {}

const shown = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? String(value) : text.slice(0, 300);
};

// The first place where two values differ, as "path: actual, expected".
function difference(actual, expected, path = '') {
  const inside = (value) => value !== null && typeof value === 'object';
  if (inside(actual) && inside(expected))
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      if (!isDeepStrictEqual(actual[name], expected[name]))
        return difference(actual[name], expected[name], `${path}/${name}`);
  return `${path || '值'}：实际 ${shown(actual)}，应为 ${shown(expected)}`;
}

export class Console {
  #out;
  #steps;
  #step = 0;
  #started = 0;
  #begun = Date.now();
  #title = '';
  #last = 0;
  #running = false;

  constructor({ steps, out = process.stdout }) {
    this.#steps = steps;
    this.#out = out;
    this.checks = 0;
  }

  #line(text) {
    if (this.#running) this.#out.write('\r\x1b[K');
    this.#running = false;
    this.#out.write(`${text}\n`);
  }

  begin(title) {
    this.#step++;
    this.#title = title;
    this.#started = this.#last = Date.now();
    if (this.#out.isTTY) this.progress('…');
  }

  // A running line on a terminal, elsewhere a line now and then.
  progress(text) {
    const now = Date.now();
    if (this.#out.isTTY) {
      if (this.#running && now - this.#last < TTY_MS) return;
      this.#out.write(`\r\x1b[K[${this.#step}/${this.#steps}] ${this.#title}  ${text}`);
      this.#running = true;
    } else if (now - this.#last >= SPARSE_MS)
      this.#line(`    ${this.#title}  ${text}`);
    else return;
    this.#last = now;
  }

  note(text) { this.#line(`    ${text}`); }

  end(summary) {
    const seconds = ((Date.now() - this.#started) / 1000).toFixed(1);
    this.#line(`[${this.#step}/${this.#steps}] ${this.#title}：${summary}（${seconds} 秒）`);
  }

  close() {
    const seconds = ((Date.now() - this.#begun) / 1000).toFixed(1);
    this.#line(`全部完成：${this.checks} 项核对均一致，共 ${seconds} 秒`);
  }

  // Ends a running line before an error is printed.
  interrupt() {
    if (this.#running) this.#out.write('\n');
    this.#running = false;
    return `[${this.#step}/${this.#steps}] ${this.#title}`;
  }

  check(holds, message) {
    this.checks++;
    if (!holds) throw new CheckFailed(message);
  }

  same(actual, expected, what) {
    this.checks++;
    if (!isDeepStrictEqual(actual, expected))
      throw new CheckFailed(`${what}不一致：${difference(actual, expected)}`);
  }
}
