// store.mjs - where a phone keeps what it must not lose: a journal, appended before it sends.

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, truncateSync,
  writeSync } from 'node:fs';

// A journal that ends with the process.
export class MemoryStore {
  #entries = [];

  entries() { return this.#entries; }
  append(entry) { this.#entries.push(structuredClone(entry)); }
  erase() { this.#entries = []; }
}

// One JSON object a line, mode 0600. A last line that was cut off by a crash is forgotten: nothing
// that followed from it was done yet.
export class FileStore {
  #path;
  #fd;
  #entries = [];

  constructor(path) {
    this.#path = path;
    if (existsSync(path)) this.#read();
    this.#fd = openSync(path, 'a', 0o600);
  }

  #read() {
    const bytes = readFileSync(this.#path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) truncateSync(this.#path, whole);
    for (const line of bytes.subarray(0, whole).toString('utf8').split('\n'))
      if (line !== '') this.#entries.push(JSON.parse(line));
  }

  // What the file held when it was opened.
  entries() { return this.#entries; }

  append(entry) {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let done = 0; done < line.length;) done += writeSync(this.#fd, line, done);
  }

  erase() {
    ftruncateSync(this.#fd);
    fsyncSync(this.#fd);
    this.#entries = [];
  }

  close() {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }
}
