// records.mjs - what the platform remembers: one JSON object per line, appended before any answer.

import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

export class Records {
  #fd;
  #accepted = new Map();
  #posts = new Map();
  #refused = {};
  #faults = {};

  constructor(path) {
    if (existsSync(path)) {
      // A killed platform can leave half a line: that record was never answered for, drop it.
      const bytes = readFileSync(path);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) truncateSync(path, whole);
      for (const line of bytes.subarray(0, whole).toString('utf8').split('\n'))
        if (line !== '') this.#apply(JSON.parse(line));
    }
    this.#fd = openSync(path, 'a', 0o600);
  }

  #apply(record) {
    const count = (table, name) => { table[name] = (table[name] ?? 0) + 1; };
    if (record.type === 'post')
      this.#posts.set(record.messageId, (this.#posts.get(record.messageId) ?? 0) + 1);
    else if (record.type === 'accepted') {
      const { type, ...entry } = record;
      this.#accepted.set(entry.messageId, entry);
    } else if (record.type === 'refused') count(this.#refused, record.code);
    else if (record.type === 'fault') count(this.#faults, record.fault);
  }

  #append(record) {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    for (let done = 0; done < line.length;) done += writeSync(this.#fd, line, done);
    this.#apply(record);
  }

  // Counts a signed POST; the number of this attempt, from 1.
  post(messageId) {
    this.#append({ type: 'post', messageId });
    return this.#posts.get(messageId);
  }

  accept(entry) { this.#append({ type: 'accepted', ...entry }); }
  refuse(code) { this.#append({ type: 'refused', code }); }
  fault(fault) { this.#append({ type: 'fault', fault }); }
  find(messageId) { return this.#accepted.get(messageId); }

  report() {
    const unaccepted = [...this.#posts].filter(([id]) => !this.#accepted.has(id));
    return {
      accepted: [...this.#accepted.values()].map((entry) =>
        ({ ...entry, posts: this.#posts.get(entry.messageId) })),
      posts: [...this.#posts.values()].reduce((sum, n) => sum + n, 0),
      unaccepted: Object.fromEntries(unaccepted),
      refused: this.#refused,
      faults: this.#faults,
    };
  }

  close() { closeSync(this.#fd); }
}
