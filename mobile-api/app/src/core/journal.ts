// The way to the durable store: what changed together is written together, in order, and nothing
// is said to the network before it is kept.

import type { Row, Store } from './types';

export class Journal {
  #store: Store;
  #pending = new Map<string, unknown>();
  #writing: Promise<void> | null = null;

  // Why the last write failed, e.g. a full disk; what it held stays pending.
  failure: unknown = null;

  constructor(store: Store) { this.#store = store; }

  put(...rows: Row[]): void {
    for (const [key, value] of rows) this.#pending.set(key, value);
    if (this.#writing === null) this.#write();
  }

  #write(): void {
    const rows: Row[] = [...this.#pending];
    this.#pending.clear();
    const back = (error: unknown) => {
      this.failure = error;
      for (const [key, value] of rows)
        if (!this.#pending.has(key)) this.#pending.set(key, value);
    };
    try {
      const done = this.#store.write(rows);
      if (!done) {
        this.failure = null;
        return;
      }
      this.#writing = done.then(() => {
        this.#writing = null;
        this.failure = null;
        if (this.#pending.size > 0) this.#write();
      }, (error: unknown) => {
        this.#writing = null;
        back(error);
      });
    } catch (error) {
      back(error);
    }
  }

  // Resolves when all that was put is kept; rejects when it cannot be.
  async durable(): Promise<void> {
    if (this.#writing === null && this.#pending.size > 0) this.#write();
    while (this.#writing !== null) await this.#writing;
    if (this.failure !== null) throw this.failure;
  }

  async erase(): Promise<void> {
    this.#pending.clear();
    while (this.#writing !== null) await this.#writing;
    this.#pending.clear();
    this.failure = null;
    await this.#store.erase();
  }
}
