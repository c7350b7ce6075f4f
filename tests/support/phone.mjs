// phone.mjs - an inspector's phone, as a program: a real client of the mobile protocol.
//
//   const phone = new Phone({ base: 'http://127.0.0.1:8080/liancha', store: new FileStore(path) });
//   await phone.enrol(code, 'name');
//   await phone.pull();
//   phone.offline = true;             // every request now fails as it does in a cellar
//   phone.record('check_result', id, { result_code: '1' });
//   const sha256 = phone.attach(sectionId, bytes, { type: 'image/png', taken_at, lon, lat });
//   phone.offline = false;
//   await phone.sync();               // until all is acknowledged, uploaded and pulled
//
// Whatever it records is in the journal of its store before anything else happens; a new Phone over
// the same store goes on where the old one ended. An operation keeps its id, counter and body for
// ever, so that sending it again cannot do anything twice. The contract: mobile-api/openapi.yaml.
//
// Credentials and the device's key are kept apart from the journal, in `vault` ({get(), set(all)}).

import { createHash } from 'node:crypto';
import { expectJson } from './http.mjs';
import { checksum } from './phone/checksum.mjs';
import { newKey, prove, publicKey } from './phone/key.mjs';
import { MemoryStore } from './phone/store.mjs';
import * as network from './phone/wire.mjs';

export { FileStore, MemoryStore } from './phone/store.mjs';
export { Offline, uuidv7 } from './phone/wire.mjs';

const { Offline, refusal } = network;

export const BATCH_MAX = 200;
const PAGE_LIMIT = 1000;
const ATTEMPTS = 6;
const REFUSALS = 30; // of a server that says when to come again
// A connection that broke says nothing about the request: ask again.
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);
const BUSY = new Set([429, 502, 503, 504]);

const key = (entity, id) => `${entity}:${id}`;

class MemoryVault {
  #credentials = null;

  get() { return this.#credentials; }
  set(credentials) { this.#credentials = credentials; }
}

export class Phone {
  #store;
  #vault;
  #renewal = null; // the one under way
  #agent;
  #wire;

  // wire: how it reaches the world, as phone/wire.mjs does.
  constructor({ base, store = new MemoryStore(), vault = new MemoryVault(), batch = BATCH_MAX,
    agent, wire = network }) {
    Object.assign(this, { base, batch, offline: false, refusals: [] });
    this.#agent = agent;
    this.#wire = wire;
    this.#store = store;
    this.#vault = vault;
    this.#forgetAll();
    for (const entry of store.entries()) this.#apply(entry);
  }

  #forgetAll() {
    this.deviceId = null;
    this.cursor = '';
    this.counter = 0;
    this.receipt = null;
    this.feeds = new Map(); // feed -> Map(key -> item as pulled)
    this.recorded = new Map(); // key -> {entity, id, fields}, what this phone's user entered
    this.queue = new Map(); // operation id -> operation, in order of counters
    this.outcomes = new Map(); // operation id -> outcome as it came
    this.done = new Map(); // operation id -> operation with a final outcome
    this.files = new Map(); // sha256 -> {bytes, type, location?, uploaded}
    this.sent = new Set(); // operation ids that were ever on the network
    this.forked = false; // the server saw that this phone's data was copied or restored
    this.waiting = new Set(); // ids deferred since another operation last took effect
  }

  // Leaves nothing: the order that a device reported lost gets.
  erase() {
    this.#store.erase();
    this.#vault.set(null);
    this.#forgetAll();
  }

  // ---- the journal: state changes only here -------------------------------------------------

  #note(entry) {
    this.#store.append(entry);
    this.#apply(entry);
  }

  #apply(entry) {
    const apply = {
      enrolled: ({ device_id }) => Object.assign(this, { deviceId: device_id, receipt: null,
        forked: false }),
      page: (page) => this.#applyPage(page),
      reset: ({ restored }) => {
        this.cursor = '';
        this.feeds.clear();
        if (restored) this.#requeue();
      },
      operation: ({ operation }) => {
        this.queue.set(operation.id, operation);
        this.counter = Math.max(this.counter, operation.counter); // one that grows keeps its own
        const { entity, entity_id: id, fields } = operation;
        const name = key(entity, id ?? operation.id);
        this.recorded.set(name, { entity, id, operation: operation.id,
          fields: { ...this.recorded.get(name)?.fields, ...fields } });
      },
      sent: ({ ids }) => ids.forEach((id) => this.sent.add(id)),
      outcomes: ({ outcomes, receipt }) => this.#applyOutcomes(outcomes, receipt),
      file: ({ sha256, type, bytes }) => this.files.set(sha256,
        { type, bytes: Buffer.from(bytes, 'base64'), uploaded: false }),
      location: ({ sha256, location }) => { this.files.get(sha256).location = location; },
      uploaded: ({ sha256 }) => { this.files.get(sha256).uploaded = true; },
    }[entry.is];
    apply(entry);
  }

  #applyPage({ cursor, feeds }) {
    for (const { feed, items = [], removed, reset } of feeds) {
      if (removed === true) {
        this.feeds.delete(feed);
        continue;
      }
      if (reset === true || !this.feeds.has(feed)) this.feeds.set(feed, new Map());
      const known = this.feeds.get(feed);
      for (const item of items)
        if (item.deleted) known.delete(key(item.entity, item.id));
        else known.set(key(item.entity, item.id), item);
    }
    this.cursor = cursor;
  }

  // The server forgot, nobody knows what: all that this phone ever recorded goes there again.
  #requeue() {
    const all = [...this.done.values(), ...this.queue.values()]
      .sort((a, b) => a.counter - b.counter);
    this.queue = new Map(all.map((operation) => [operation.id, operation]));
    this.done.clear();
    this.waiting.clear();
    for (const file of this.files.values()) {
      file.uploaded = false;
      delete file.location;
    }
  }

  #applyOutcomes(outcomes, receipt) {
    let final = false;
    for (const outcome of outcomes) {
      const operation = this.queue.get(outcome.id);
      if (!operation || outcome.outcome === 'retry') continue;
      if (outcome.problem?.type.endsWith(':device-forked')) { // once it is enrolled anew
        this.forked = true;
        continue;
      }
      this.outcomes.set(outcome.id, outcome);
      if (outcome.outcome === 'deferred') {
        this.waiting.add(outcome.id);
        continue;
      }
      this.queue.delete(outcome.id);
      this.done.set(outcome.id, operation);
      final = true;
    }
    if (final) this.waiting.clear(); // what they waited for may be there now
    if (receipt !== undefined) this.receipt = receipt;
  }

  // ---- recording, with or without a network --------------------------------------------------

  // An item as the server last told it, or undefined.
  item(entity, id) {
    for (const feed of this.feeds.values())
      if (feed.has(key(entity, id))) return feed.get(key(entity, id));
    return undefined;
  }

  // All items of one entity, over all feeds or in one.
  items(entity, feed) {
    const feeds = feed === undefined ? [...this.feeds.values()]
      : [this.feeds.get(feed) ?? new Map()];
    return feeds.flatMap((known) => [...known.values()].filter((item) => item.entity === entity));
  }

  // The checklist that a check result was planned with, or undefined.
  checklistOf({ body }) {
    return body.checklist ? this.item('checklist', body.checklist.id)?.body.checklist : undefined;
  }

  // Queues an edit. What was not yet on the network grows, unless it or this edit hangs on others;
  // what was, stays as it is for ever.
  record(entity, id, fields, { group, after } = {}) {
    const alone = id !== undefined && group === undefined && after === undefined;
    // Only the newest of that record: one before it would take this edit in front of the newest.
    const newest = [...this.queue.values()].filter((operation) =>
      operation.entity === entity && operation.entity_id === id).at(-1);
    const base_version = id === undefined ? undefined : this.#baseOf(entity, id, fields);
    const waiting = alone && newest && !this.sent.has(newest.id) && newest.group === undefined &&
      newest.after === undefined && newest.base_version === base_version ? newest : undefined;
    const operation = waiting
      ? { ...waiting, fields: { ...waiting.fields, ...fields } }
      : { id: this.#wire.uuidv7(), counter: this.counter + 1, entity,
        ...(id !== undefined && { entity_id: id, base_version }), fields };
    if (group !== undefined) operation.group = group;
    if (after !== undefined) operation.after = after;
    this.#note({ is: 'operation', operation });
    return operation.id;
  }

  // The version that an edit is made on. Where an earlier one of the same field is on its way, the
  // user looks at his own value and not at what a pull told since: the base stays.
  #baseOf(entity, id, fields) {
    const earlier = [...this.queue.values()].find((operation) => operation.entity === entity &&
      operation.entity_id === id && Object.keys(fields).some((name) => name in operation.fields));
    return earlier?.base_version ?? this.item(entity, id)?.version ?? 0;
  }

  // Keeps a file and queues its manifest; returns its digest.
  attach(sectionId, bytes, { type, ...about }) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#note({ is: 'file', sha256, type, bytes: bytes.toString('base64') });
    this.record('evidence', undefined,
      { section_id: sectionId, sha256, size: bytes.length, type, ...about });
    return sha256;
  }

  // ---- the network ------------------------------------------------------------------------------

  #url(path) {
    if (this.offline) throw new Offline(path);
    return `${this.base}${path}`;
  }

  // Has the key made and kept before anybody hears of it: with the same code the same request goes
  // out again, whatever became of the one before. A new code is a new device, with a key of its
  // own.
  async enrol(code, name) {
    if (this.#vault.get()?.code !== code) this.#vault.set({ code, key: newKey() });
    const { key } = this.#vault.get();
    const res = await this.#persist(() => this.#knock('/mobile/v1/enrolments', { code,
      device_name: name, public_key: publicKey(key), signature: prove(key, 'enrolment', code) }));
    const { device_id, ...credentials } = expectJson(res, 201);
    this.#vault.set({ key, ...credentials });
    this.#note({ is: 'enrolled', device_id });
  }

  #knock(path, json) { return this.#ask(path, { json }); }

  // One request; what a busy server says is thrown.
  async #ask(path, options) {
    const res = await this.#wire.ask(this.#url(path),
      { ...(this.#agent && { agent: this.#agent }), ...options });
    if (res.status === 403 && res.json?.type?.endsWith(':device-lost')) this.erase();
    if (BUSY.has(res.status)) throw refusal(res);
    return res;
  }

  get credentials() { return this.#vault.get(); }
  get token() { return this.credentials?.access_token; }

  // One renewal at a time: who comes while it is under way waits for its tokens.
  refresh() {
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  async #renew() {
    const { key, refresh_token } = this.#vault.get();
    const res = await this.#persist(() => this.#knock('/mobile/v1/tokens',
      { refresh_token, signature: prove(key, 'renewal', refresh_token) }));
    const { device_id, ...credentials } = expectJson(res);
    this.#vault.set({ key, ...credentials });
  }

  // Longer each time, and never the same for two phones.
  #pause(n, ms = 50) {
    const wait = ms * 2 ** Math.min(n, ATTEMPTS);
    return this.#wire.pause(wait / 2, wait * 1.5);
  }

  // Does something on the network until the line holds and the server has time: it says when to
  // come again, and a phone that comes too often waits longer.
  async #persist(attempt) {
    for (let broken = 0, refused = 0;;) {
      try {
        return await attempt();
      } catch (error) {
        const { status, retryAfter } = error;
        if (retryAfter !== undefined && refused < REFUSALS) {
          this.refusals.push({ status, retryAfter });
          refused++;
          const wait = retryAfter * 1000 * Math.min(refused, 3);
          await this.#wire.pause(wait, wait * 1.5);
        } else if ((BROKEN.has(error.code) || BUSY.has(status)) && broken < ATTEMPTS - 1) {
          broken++;
          await this.#pause(broken);
        } else throw error;
      }
    }
  }

  // The same, and again with a new token when the old one has ended.
  async #insist(attempt) {
    const { token } = this;
    try {
      return await this.#persist(attempt);
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    if (this.token === token) await this.refresh();
    return this.#persist(attempt);
  }

  // A request of this device, its options made anew each time; the reply, whatever it says.
  #send(path, options = () => ({})) {
    return this.#insist(async () => {
      const res = await this.#ask(path, { ...options(), token: this.token });
      if (res.status === 401) throw refusal(res);
      return res;
    });
  }

  // Follows the feeds until there is nothing new, with `again` one of them from its beginning;
  // returns how many items came.
  async pull({ limit, again } = {}) {
    let { count, more } = await this.pullPage({ limit, again });
    while (more) {
      const page = await this.pullPage({ limit });
      count += page.count;
      more = page.more;
    }
    return count;
  }

  // One page: how many items came, and whether more is ready.
  async pullPage({ limit = PAGE_LIMIT, again } = {}) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (this.cursor) query.set('cursor', this.cursor);
    if (this.cursor && again) query.set('again', again);
    const res = await this.#send(`/mobile/v1/pull?${query}`);
    if (res.status === 304) return { count: 0, more: false };
    if (res.status === 409 && res.json.type.endsWith(':epoch-changed')) {
      this.#note({ is: 'reset', restored: true });
      return { count: 0, more: true };
    }
    const { cursor, feeds, more } = expectJson(res);
    this.#note({ is: 'page', cursor, feeds });
    return { count: feeds.reduce((n, { items }) => n + items.length, 0), more };
  }

  // Compares what it holds with the server, feed by feed, and fetches those again that differ;
  // returns their names.
  async selfCheck() {
    const wrong = [];
    const unheard = new Set(this.feeds.keys());
    for (let after; after !== null;) {
      const query = new URLSearchParams({ cursor: this.cursor, ...(after && { after }) });
      const { feeds, next } = expectJson(await this.#send(`/mobile/v1/feeds?${query}`));
      for (const { feed, checksum: sum } of feeds) {
        unheard.delete(feed);
        const mine = checksum(this.feeds.get(feed)?.values() ?? []);
        if (sum !== undefined && sum !== mine) wrong.push(feed);
      }
      after = next;
    }
    wrong.push(...unheard); // no longer its inspector's
    for (const feed of wrong) await this.pull({ again: feed });
    return wrong;
  }

  // Forgets what the server told, not what was recorded: the next pull tells all of it again.
  forget() { this.#note({ is: 'reset' }); }

  // The next batch as it goes over the wire.
  nextBatch() {
    return [...this.queue.values()].filter(({ id }) => !this.waiting.has(id)).slice(0, this.batch);
  }

  // With what the clocks say as it goes out, on a wire that has some.
  #batch(operations) {
    const clock = this.#wire.clock?.();
    return { operations, ...(clock && { clock }) };
  }

  // Pushes one batch, the next one unless given; returns the reply's outcomes.
  async pushBatch(operations = this.nextBatch()) {
    this.#note({ is: 'sent', ids: operations.map(({ id }) => id) });
    const res = await this.#send('/mobile/v1/push',
      () => ({ json: this.#batch(operations), gzip: true }));
    const { outcomes, receipt } = expectJson(res);
    this.#note({ is: 'outcomes', outcomes, receipt });
    return outcomes;
  }

  // Pushes the next batch and loses the connection (see askAndDrop); returns the batch.
  async pushAndDrop(when) {
    const operations = this.nextBatch();
    this.#note({ is: 'sent', ids: operations.map(({ id }) => id) });
    await this.#wire.askAndDrop(this.#url('/mobile/v1/push'),
      { token: this.token, json: this.#batch(operations), when });
    return operations;
  }

  // Pushes until the queue holds only what the server deferred and nothing can help now, which
  // stays for the next time; returns how often each outcome came.
  async push() {
    const counts = {};
    this.waiting.clear();
    for (let stuck = 0; this.nextBatch().length > 0 && !this.forked;) {
      const outcomes = await this.pushBatch();
      for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
      stuck = outcomes.every(({ outcome }) => outcome === 'retry') ? stuck + 1 : 0;
      if (stuck >= ATTEMPTS) throw new Error('push: the server keeps asking for a retry');
      if (stuck > 0) await this.#pause(stuck);
    }
    return counts;
  }

  // Uploads every file that is not up yet; returns how many were.
  async upload({ chunk } = {}) {
    let count = 0;
    for (const [sha256, file] of this.files) {
      if (file.uploaded) continue;
      this.#url('/mobile/v1/evidence');
      await this.#insist(() => this.#wire.upload(this.base, this.token, { bytes: file.bytes,
        location: file.location, chunk, metadata: { sha256, filetype: file.type },
        onLocation: (location) => this.#note({ is: 'location', sha256, location }) }));
      this.#note({ is: 'uploaded', sha256 });
      count++;
    }
    return count;
  }

  // Everything up, then everything down.
  async sync() {
    const counts = await this.push();
    const files = await this.upload();
    await this.pull();
    return { counts, files };
  }
}
