// A phone as the protocol has it: what the user records is in the durable queue first; what the
// server says is verified and kept; the rest is repeated until it is known.

import { BATCH_MAX, BYTES_MAX, nextBatch } from './batch';
import { checksum, hex, utf8 } from './canonical';
import { follow, isReceipt, whyOf, type Decision } from './receipt';
import { State, type Meta } from './state';
import type { Device, Edited, Entry, Feed, Fields, Operation, Outcome, Recorded, Reply, Request,
  Result, Row, Tokens } from './types';
import { upload } from './upload';
import { persist, read, Refused, type Wire } from './wire';

const PAGE = 1000;
const CHECK_EVERY_MS = 86400000;
const RENEW_BEFORE_MS = 600000;

// This device holds nothing any more: it was lost, or retired and has handed over all; or it was
// never enrolled.
export class Erased extends Error {
  why: 'lost' | 'retired' | 'unknown';

  constructor(why: 'lost' | 'retired' | 'unknown') {
    super(`nothing is kept here: ${why}`);
    this.why = why;
  }
}

export interface Bonds { group?: string; after?: string }

export class Client {
  readonly state: State;
  batch = BATCH_MAX; // operations in one push, at most
  progress = new Map<string, number>(); // sha256 -> bytes that are up
  fileFaults = new Map<string, string>(); // sha256 -> why it does not come through
  readonly wire: Wire;
  #device: Device;
  #held = new Set<string>(); // deferred since another operation last took effect
  #renewal: Promise<void> | null = null;

  constructor(device: Device, rows: Iterable<Row>) {
    this.#device = device;
    this.state = new State(device.store, rows);
    this.wire = { ask: (request) => device.ask(request), refusals: 0,
      pause: (least, most) => device.pause(least, most) };
  }

  // ---- recording --------------------------------------------------------------------------------

  // A UUIDv7 (RFC 9562): milliseconds first, the rest random.
  #uuid(): string {
    const bytes = this.#device.random(16);
    new DataView(bytes.buffer, bytes.byteOffset).setUint16(0, this.#device.now() / 2 ** 32);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(2, this.#device.now() % 2 ** 32);
    bytes[6] = 0x70 | (bytes[6] ?? 0) & 0x0f;
    bytes[8] = 0x80 | (bytes[8] ?? 0) & 0x3f;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  // Queues an edit, or what is appended (without id); returns the operation's id. It is kept when
  // `state.journal.durable()` resolves. What was not yet on the network grows, unless it or this
  // edit hangs on others; what was, stays as it is for ever.
  record(entity: Recorded, id: number | undefined, fields: Fields, bonds: Bonds = {}): string {
    const base = id === undefined ? undefined
      : this.state.baseOf(entity as Edited, id, Object.keys(fields));
    const alone = id !== undefined && bonds.group === undefined && bonds.after === undefined;
    // Only the newest of that record: one before it would take this edit in front of the newest.
    const newest = alone ? this.state.waiting().filter(({ operation }) =>
      operation.entity === entity && operation.entity_id === id).at(-1) : undefined;
    const grows = newest && newest.sentBy.length === 0 && newest.operation.group === undefined &&
      newest.operation.after === undefined && newest.operation.base_version === base;
    const operation: Operation = grows
      ? { ...newest.operation, fields: { ...newest.operation.fields, ...fields } }
      : { id: this.#uuid(), counter: this.state.meta.counter + 1, entity,
        ...(id !== undefined && { entity_id: id, base_version: base }), fields, ...bonds };
    this.state.record(operation, this.#device.now());
    return operation.id;
  }

  // ---- requests ---------------------------------------------------------------------------------

  async #once(request: Request, due: { status: number[]; json?: boolean }) {
    const reply = await this.#device.ask(request);
    try {
      return { reply, json: read(request, reply, due) };
    } catch (error) {
      await this.#obey(error);
      throw error;
    }
  }

  // What the server says of this device, to whatever it asked.
  async #obey(error: unknown): Promise<void> {
    if (!(error instanceof Refused)) return;
    if (error.why === 'device-lost') {
      await this.erase();
      throw new Erased('lost');
    }
    const standing = ({ 'device-forked': 'forked', 'device-retired': 'retired',
      'off-duty': 'off-duty' } as Record<string, Meta['standing']>)[error.why];
    if (standing && error.status === 403) this.state.change({ standing });
  }

  // Unsaid what is no request's: a token and what it takes to have one.
  async enrol(code: string, name: string): Promise<void> {
    await this.#device.keys.fresh(code);
    const { publicKey, signature } = await this.#device.keys.prove('enrolment', code);
    const request: Request = { method: 'POST', path: '/enrolments', json: { code,
      device_name: name, public_key: publicKey, signature } };
    const { json } = await persist(this.wire, () =>
      this.#once(request, { status: [201], json: true }));
    this.state.enrolled(json as Tokens);
    await this.state.journal.durable();
  }

  // One renewal at a time: who comes while it is under way waits for its tokens.
  refresh(): Promise<void> {
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  async #renew(): Promise<void> {
    const refresh_token = this.state.tokens?.refresh_token;
    if (refresh_token === undefined) throw new Erased('unknown');
    const { signature } = await this.#device.keys.prove('renewal', refresh_token);
    try {
      const { json } = await persist(this.wire, () => this.#once({ method: 'POST',
        path: '/tokens', json: { refresh_token, signature } }, { status: [200], json: true }));
      this.state.renewed(json as Tokens);
    } catch (error) {
      if (error instanceof Refused && error.status === 401 &&
        this.state.tokens?.refresh_token === refresh_token)
        this.state.change({ standing: 'expired' });
      throw error;
    }
    // Used before they are kept, they could be lost with the old ones worth nothing any more.
    await this.state.journal.durable();
  }

  async #token(): Promise<string> {
    const { tokens } = this.state;
    if (!tokens) throw new Erased('unknown');
    return tokens.access_token;
  }

  // A request of this device, with a new token when the old one has ended.
  async #send(request: Request, due: { status: number[]; json?: boolean },
    fresh: () => Partial<Request> = () => ({})): Promise<{ reply: Reply; json: unknown }> {
    const attempt = () => persist(this.wire, async () =>
      this.#once({ ...request, ...fresh(), token: await this.#token() }, due));
    const token = await this.#token();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
    }
    if (await this.#token() === token) await this.refresh();
    return attempt();
  }

  // Before the access token ends, by the device's own clock; 401 tells when that is wrong.
  async #renewEarly(): Promise<void> {
    const { tokens } = this.state;
    if (tokens && Date.parse(tokens.access_expires_at) - this.#device.now() < RENEW_BEFORE_MS &&
      this.state.meta.standing !== 'expired') await this.refresh();
  }

  // ---- down -------------------------------------------------------------------------------------

  // Follows the feeds until there is nothing new, with `again` one of them from its beginning;
  // returns how many items came.
  async pull({ limit = PAGE, again }: { limit?: number; again?: string } = {}): Promise<number> {
    let { count, more } = await this.#page(limit, again);
    while (more) {
      const page = await this.#page(limit);
      count += page.count;
      more = page.more;
    }
    return count;
  }

  async #page(limit: number, again?: string): Promise<{ count: number; more: boolean }> {
    const { cursor } = this.state.meta;
    const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }),
      ...(cursor && again !== undefined && { again }) });
    try {
      const { reply, json } = await this.#send({ method: 'GET', path: `/pull?${query}` },
        { status: [200, 304], json: true });
      if (['off-duty', 'expired'].includes(this.state.meta.standing))
        this.state.change({ standing: 'good' });
      if (reply.status === 304) return { count: 0, more: false };
      const page = json as { cursor: string; feeds: Feed[]; more: boolean };
      this.state.page(page);
      await this.state.journal.durable();
      return { count: page.feeds.reduce((n, { items }) => n + items.length, 0), more: page.more };
    } catch (error) {
      return this.#begunAnew(error);
    }
  }

  // The server was restored from a backup: all begins again.
  #begunAnew(error: unknown): { count: number; more: boolean } {
    if (!(error instanceof Refused) || error.why !== 'epoch-changed') throw error;
    this.#held.clear();
    this.state.forget({ restored: true });
    return { count: 0, more: true };
  }

  // Compares what it holds with the server, feed by feed, and fetches those again that differ;
  // returns their names.
  async selfCheck(): Promise<string[]> {
    try {
      const wrong = await this.#differing();
      for (const feed of wrong) await this.pull({ again: feed });
      this.state.change({ checkedAt: this.#device.now() });
      return wrong;
    } catch (error) {
      this.#begunAnew(error);
      await this.pull();
      return [];
    }
  }

  async #differing(): Promise<string[]> {
    const wrong: string[] = [];
    const unheard = new Set(this.state.feeds.keys());
    for (let after: number | null | undefined; after !== null;) {
      const query = new URLSearchParams({ cursor: this.state.meta.cursor,
        ...(after !== undefined && { after: String(after) }) });
      const { json } = await this.#send({ method: 'GET', path: `/feeds?${query}` },
        { status: [200], json: true });
      const { feeds, next } = json as
        { feeds: { feed: string; checksum?: string }[]; next: number | null };
      for (const { feed, checksum: sum } of feeds) {
        unheard.delete(feed);
        if (sum !== undefined && sum !== await this.#checksum(feed)) wrong.push(feed);
      }
      after = next;
    }
    return [...wrong, ...unheard]; // no longer its inspector's
  }

  #checksum(feed: string): Promise<string> {
    return checksum(this.#device.digest, this.state.feeds.get(feed)?.values() ?? []);
  }

  // ---- up ---------------------------------------------------------------------------------------

  nextBatch(most = this.batch, bytes = BYTES_MAX): Operation[] {
    return nextBatch(this.state, most, bytes, this.#held);
  }

  #clock() {
    const monotonic = this.#device.monotonic?.();
    return monotonic === undefined ? {} : { clock: { monotonic_ms: monotonic,
      device_at: new Date(this.#device.now()).toISOString() } };
  }

  // Pushes until the queue holds only what the server deferred and nothing can help now; returns
  // how often each outcome came.
  async push(): Promise<Record<string, number>> {
    const tally: Record<string, number> = {};
    this.#held.clear();
    while (this.state.meta.standing !== 'forked') {
      const operations = this.nextBatch();
      if (operations.length === 0) break;
      for (const { outcome } of await this.#pushed(operations))
        tally[outcome] = (tally[outcome] ?? 0) + 1;
    }
    return tally;
  }

  // Hands over a batch; what no batch can hold is set aside, and the others go on their own.
  async #pushed(operations: Operation[]): Promise<Outcome[]> {
    try {
      return await this.#pushBatch(operations);
    } catch (error) {
      if (!(error instanceof Refused) || ![400, 413, 422].includes(error.status)) throw error;
      const [, place] = /^\/operations\/(\d+)/.exec(error.problem?.pointer ?? '') ?? [];
      const culprit = operations.length === 1 ? operations[0]
        : place === undefined ? undefined : operations[Number(place)];
      if (culprit) {
        this.state.setAside(culprit.id, error.problem?.detail ?? String(error.status));
        return [];
      }
      this.state.change({ batch: [] });
      const half = error.status === 413 ? Math.ceil(operations.length / 2) : 1;
      const outcomes: Outcome[] = [];
      for (let i = 0; i < operations.length; i += half)
        outcomes.push(...await this.#pushed(operations.slice(i, i + half)));
      return outcomes;
    }
  }

  async #pushBatch(operations: Operation[]): Promise<Outcome[]> {
    this.state.sent(operations.map(({ id }) => id));
    await this.state.journal.durable();
    const { json } = await this.#send({ method: 'POST', path: '/push', gzip: true },
      { status: [200], json: true }, () => ({ json: { operations, ...this.#clock() } }));
    const { outcomes, receipt } = json as { outcomes: Outcome[]; receipt: unknown };
    const whole = Array.isArray(outcomes) && outcomes.length === operations.length &&
      outcomes.every(({ id }, i) => id === operations[i]?.id) && isReceipt(receipt);
    if (!whole) throw new Error('the outcomes are not those of the batch');
    await this.#decide(outcomes, receipt as string);
    return outcomes;
  }

  async #decide(outcomes: Outcome[], server: string): Promise<void> {
    const decisions = outcomes.flatMap((outcome) => this.#decision(outcome) ?? []);
    const { meta } = this.state;
    const receipt = await follow(this.#device.digest, meta.receipt, decisions, server,
      meta.device ?? 0, this.#device.now());
    const entries = decisions.map(({ entry }) => entry);
    const forked = entries.some(({ result }) => whyOf(result) === 'device-forked');
    this.state.decided(entries, receipt, forked ? 'forked' : this.state.meta.standing);
    if (entries.some(({ done }) => done !== undefined)) this.#held.clear();
    for (const { operation, result } of entries)
      if (result?.outcome === 'deferred') this.#held.add(operation.id);
    await this.state.journal.durable();
  }

  // The entry as an outcome leaves it. One whose counter was another's stays in the queue, for the
  // device that is enrolled next.
  #decision(outcome: Outcome): Decision | undefined {
    const entry = this.state.entries.get(outcome.id);
    if (!entry) return undefined;
    const result: Result = outcome.outcome === 'duplicate' ? outcome.result : outcome;
    const stays = result.outcome === 'deferred' || whyOf(result) === 'device-forked';
    const decided: Entry = { ...entry, result, ...(!stays && { done: this.#device.now() }) };
    return { entry: decided, duplicate: outcome.outcome === 'duplicate' };
  }

  // Uploads every file that is not up yet; returns how many were. One that the server does not
  // take holds up no other.
  async upload(): Promise<number> {
    let count = 0;
    for (const [sha256, { uploaded }] of [...this.state.files]) {
      if (uploaded !== undefined) continue;
      try {
        await this.#upload(sha256);
        count++;
      } catch (error) {
        if (!(error instanceof Refused) || [401, 403].includes(error.status)) throw error;
        this.fileFaults.set(sha256, error.problem?.detail ?? String(error.status));
      }
    }
    return count;
  }

  async #upload(sha256: string): Promise<void> {
    const { state } = this;
    const file = state.files.get(sha256);
    if (!file) return;
    const note = (more: { location?: string; uploaded?: number }) => {
      const { type, size, at } = file;
      state.file(sha256, { type, size, at, ...more });
    };
    await upload({ files: this.#device.files, digest: this.#device.digest,
      send: async (request, status) => (await this.#send(request, { status })).reply,
      pause: (least, most) => this.#device.pause(least, most),
      onLocation: (location) => note(location === undefined ? {} : { location }),
      onProgress: (offset) => this.progress.set(sha256, offset) }, sha256, file);
    note({ uploaded: this.#device.now() });
    this.fileFaults.delete(sha256);
  }

  // Keeps a file's manifest in the queue, behind its bytes, which the caller has stored before.
  async digest(bytes: Uint8Array): Promise<string> { return hex(await this.#device.digest(bytes)); }

  attach(sha256: string, { type, size }: { type: string; size: number }, fields: Fields): string {
    this.state.file(sha256, { type, size, at: this.#device.now() });
    return this.record('evidence', undefined, { ...fields, sha256, size, type });
  }

  // ---- all of it --------------------------------------------------------------------------------

  // Everything up, then everything down; a retired phone that has handed over all erases itself.
  async sync({ files = true, limit = PAGE }: { files?: boolean; limit?: number } = {}) {
    await this.#renewEarly();
    const tally = await this.push();
    if (files) await this.upload();
    try {
      await this.pull({ limit });
    } catch (error) {
      if (this.state.meta.standing === 'retired' && this.#handedOver()) {
        await this.erase();
        throw new Erased('retired');
      }
      throw error;
    }
    if (this.#device.now() - this.state.meta.checkedAt > CHECK_EVERY_MS) await this.selfCheck();
    return tally;
  }

  #handedOver(): boolean {
    return this.state.waiting().every(({ result }) => result?.outcome === 'deferred') &&
      [...this.state.files.values()].every(({ uploaded }) => uploaded !== undefined);
  }

  async erase(): Promise<void> {
    this.#held.clear();
    await this.state.erase();
  }

  // Bytes of a text as they count in limits.
  static bytesOf(text: string): number { return utf8(text).length; }
}
