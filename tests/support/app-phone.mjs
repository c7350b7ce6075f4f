// app-phone.mjs - the core of the inspector's app (mobile-api/app/src/core) where tests have a
// Phone of phone.mjs: over the same wire and journal, with the names that tests ask for.
//
//   npm run core --prefix mobile-api/app      makes what is imported here

import { createHash, randomBytes } from 'node:crypto';
import { Client, NO_RECEIPT } from '../../mobile-api/app/dist-core/core.mjs';
import { newKey, prove, publicKey } from './phone/key.mjs';
import * as network from './phone/wire.mjs';

export const digest = (bytes) => createHash('sha256').update(bytes).digest();

// Rows of a store that outlives its client, as a crash leaves it.
export class MemoryRows {
  rows = new Map();

  write(rows) {
    for (const [key, value] of structuredClone(rows))
      if (value === undefined) this.rows.delete(key);
      else this.rows.set(key, value);
  }

  erase() { this.rows.clear(); }
  load() { return structuredClone([...this.rows]); }
}

const replyOf = ({ status, headers, text }) => ({ status, text,
  header: (name) => headers?.[name] ?? null });

// The client's request as those of the tests are made.
export function askOf(base, wire, agent) {
  return async ({ method, path, json, body, ...options }) => replyOf(await wire.ask(
    `${base}/mobile/v1${path}`, { ...options, ...(agent && { agent }),
      ...(json === undefined ? { method, body: body && Buffer.from(body) } : { json }) }));
}

export function keysOf(vault) {
  return {
    fresh(code) {
      if (vault.code !== code) Object.assign(vault, { code, key: newKey() });
    },
    prove: (purpose, secret) => ({ publicKey: publicKey(vault.key),
      signature: prove(vault.key, purpose, secret) }),
  };
}

// A client of its own on a real stack; `store` and `vault` of an earlier one go on where it ended.
export function newClient({ base, store = new MemoryRows(), vault = {}, files = new Map(),
  wire = network, ...device }) {
  const client = new Client({ ask: askOf(base, wire), digest, keys: keysOf(vault), store,
    files: { read: (sha256, from, to) => files.get(sha256).subarray(from, to) },
    now: Date.now, monotonic: () => performance.now(), random: (n) => randomBytes(n),
    pause: wire.pause, ...device }, store.load());
  return Object.assign(client, { store, vault, kept: files });
}

// What a journal of a Phone's store tells, as rows of a client's.
function rowsOf(journal, credentials) {
  const store = new MemoryRows();
  const client = new Client({ store }, []);
  for (const entry of journal)
    if (entry.is === 'enrolled') client.state.enrolled({ device_id: entry.device_id });
    else if (entry.is === 'page') client.state.page(entry);
    else throw new Error(`a journal that begins with ${entry.is}`);
  const { key, ...tokens } = credentials;
  client.state.renewed(tokens);
  return store;
}

const operations = (entries, wanted) => new Map(entries.filter(wanted)
  .map(({ operation }) => [operation.id, operation]));

// What the simulation takes for a Phone.
export class AppPhone {
  #client;

  constructor({ base, store, vault, wire, now }) {
    store.rows ??= rowsOf(store.entries(), vault.get());
    const { key } = vault.get();
    // Its ids are the schedule's, not chance's.
    const random = () => Uint8Array.from(Buffer.from(wire.uuidv7().replaceAll('-', ''), 'hex'));
    this.#client = new Client({ ask: askOf(base, wire), digest, keys: keysOf({ key }),
      store: store.rows, files: {}, now, random, pause: wire.pause }, store.rows.load());
  }

  get batch() { return this.#client.batch; }
  set batch(most) { this.#client.batch = most; }
  get state() { return this.#client.state; }
  get deviceId() { return this.state.meta.device; }
  get receipt() {
    const { own, follow } = this.state.meta.receipt;
    return follow || this.deviceId === null || own === NO_RECEIPT ? null : own;
  }

  // Whether the server's receipt was once not the one that this phone had worked out.
  get differs() { return this.state.meta.receipt.differs !== undefined; }
  get feeds() { return this.state.feeds; }
  get queue() { return operations(this.state.waiting(), () => true); }
  get done() { return operations([...this.state.entries.values()], ({ done }) => done); }
  get outcomes() {
    return new Map([...this.state.entries].filter(([, { result }]) => result)
      .map(([id, { result }]) => [id, result]));
  }

  item(entity, id) { return this.state.item(entity, id); }
  items(entity, feed) { return this.state.items(entity, feed); }
  record(...args) { return this.#client.record(...args); }
  pull(options) { return this.#client.pull(options); }
  push() { return this.#client.push(); }
  sync() { return this.#client.sync(); }
}
