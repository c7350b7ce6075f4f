// What the phone holds, in memory and, row by row, in the store: the feeds as the server told
// them, the operations as the user recorded them, the files that go with them. It changes here
// only, and each change is one write.
//
// Rows: "meta"; "tokens"; "feed:NAME"; "op:ID"; "file:SHA256".

import { NO_RECEIPT } from './canonical';
import { Journal } from './journal';
import type { Edited, Entry, Feed, FileEntry, Item, Operation, Row, Store, Tokens } from './types';

// How long what the server acknowledged is kept: as long as its backups may reach back.
export const KEPT_MS = 30 * 86400000;

export interface Receipt {
  own: string; // as this phone works it out
  follow?: true; // begin again at that of the next reply: the server was restored
  // The server had another one; since when, and both.
  differs?: { at: number; own: string; server: string };
  before: string[]; // those of before restores and of former devices
}

export interface Meta {
  device: number | null;
  cursor: string;
  counter: number;
  receipt: Receipt;
  batch: string[]; // sent, and not answered: it is sent again as it was
  checkedAt: number; // when the feeds were last compared with the server's
  // What the server said of this device: enrol anew, hand over and erase, or wait.
  standing: 'good' | 'forked' | 'retired' | 'off-duty' | 'expired';
}

const itemKey = (entity: string, id: number) => `${entity}:${id}`;

function byTarget(entries: Iterable<Entry>): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { entity, entity_id, fields } = entry.operation;
    const key = itemKey(entity, entity_id ?? Number(fields.section_id));
    const others = found.get(key);
    if (others) others.push(entry);
    else found.set(key, [entry]);
  }
  return found;
}

const newMeta = (): Meta => ({ device: null, cursor: '', counter: 0,
  receipt: { own: NO_RECEIPT, before: [] }, batch: [], checkedAt: 0, standing: 'good' });

export const isFinal = ({ done, aside }: Entry) => done !== undefined || aside !== undefined;

export class State {
  meta = newMeta();
  tokens: Tokens | null = null;
  feeds = new Map<string, Map<string, Item>>();
  entries = new Map<string, Entry>(); // in the order of their counters
  files = new Map<string, FileEntry>();
  readonly journal: Journal;
  #byKey: Map<string, Item> | null = null; // made when it is asked for, of what there is
  #byTarget: Map<string, Entry[]> | null = null;

  constructor(store: Store, rows: Iterable<Row>) {
    this.journal = new Journal(store);
    for (const [key, value] of rows) this.#load(key, value);
    this.#sort();
  }

  #load(key: string, value: unknown): void {
    const name = key.slice(key.indexOf(':') + 1);
    if (key === 'meta') this.meta = { ...newMeta(), ...value as Meta };
    else if (key === 'tokens') this.tokens = value as Tokens;
    else if (key.startsWith('op:')) this.entries.set(name, value as Entry);
    else if (key.startsWith('file:')) this.files.set(name, value as FileEntry);
    else if (key.startsWith('feed:'))
      this.feeds.set(name, new Map((value as Item[]).map((item) =>
        [itemKey(item.entity, item.id), item])));
  }

  #sort(): void {
    this.entries = new Map([...this.entries]
      .sort(([, a], [, b]) => a.operation.counter - b.operation.counter));
  }

  #changed(): void {
    this.#byKey = null;
    this.#byTarget = null;
  }

  // Every change ends here.
  #put(...rows: Row[]): void {
    this.#changed();
    this.journal.put(...rows);
  }

  #metaRow(): Row { return ['meta', this.meta]; }
  #entryRow(id: string): Row { return [`op:${id}`, this.entries.get(id)]; }
  #feedRow(name: string): Row {
    const items = this.feeds.get(name);
    return [`feed:${name}`, items && [...items.values()]];
  }

  // ---- what there is ----------------------------------------------------------------------------

  item(entity: string, id: number): Item | undefined {
    this.#byKey ??= new Map([...this.feeds.values()].flatMap((feed) => [...feed]).reverse());
    return this.#byKey.get(itemKey(entity, id));
  }

  // The operations on a record, or what was appended to a section, in the order of their counters.
  targeting(entity: string, id: number): Entry[] {
    this.#byTarget ??= byTarget(this.entries.values());
    return this.#byTarget.get(itemKey(entity, id)) ?? [];
  }

  // All items of an entity, over all feeds or in one.
  items(entity: string, feed?: string): Item[] {
    const feeds = feed === undefined ? [...this.feeds.values()] : [this.feeds.get(feed)];
    return feeds.flatMap((one) => [...one?.values() ?? []].filter((item) =>
      item.entity === entity));
  }

  // What has no final outcome yet, in the order in which it goes out.
  waiting(): Entry[] { return [...this.entries.values()].filter((entry) => !isFinal(entry)); }

  // ---- changes ----------------------------------------------------------------------------------

  change(meta: Partial<Meta>): void {
    this.meta = { ...this.meta, ...meta };
    this.#put(this.#metaRow());
  }

  enrolled(tokens: Tokens): void {
    this.tokens = tokens;
    const { own, before } = this.meta.receipt;
    for (const entry of this.entries.values()) delete entry.linked;
    this.meta = { ...this.meta, device: tokens.device_id, standing: 'good', batch: [],
      receipt: { own: NO_RECEIPT, before: own === NO_RECEIPT ? before : [...before, own] } };
    this.#put(['tokens', tokens], this.#metaRow(),
      ...[...this.entries.keys()].map((id) => this.#entryRow(id)));
  }

  renewed(tokens: Tokens): void {
    this.tokens = tokens;
    this.#put(['tokens', tokens]);
  }

  record(operation: Operation, at: number): void {
    const before = this.entries.get(operation.id);
    this.entries.set(operation.id, { at: before?.at ?? at, sentBy: [], operation });
    this.meta = { ...this.meta, counter: Math.max(this.meta.counter, operation.counter) };
    this.#put(this.#entryRow(operation.id), this.#metaRow());
  }

  // One write, whatever it brings: the cursor never stands without its items.
  page({ cursor, feeds }: { cursor: string; feeds: Feed[] }): void {
    for (const { feed, items, removed, reset } of feeds) {
      if (removed === true) {
        this.feeds.delete(feed);
        continue;
      }
      const known = reset === true ? new Map<string, Item>()
        : this.feeds.get(feed) ?? new Map<string, Item>();
      for (const item of items)
        if (item.deleted) known.delete(itemKey(item.entity, item.id));
        else known.set(itemKey(item.entity, item.id), item);
      this.feeds.set(feed, known);
    }
    this.meta = { ...this.meta, cursor };
    this.#put(...feeds.map(({ feed }) => this.#feedRow(feed)), this.#metaRow());
  }

  sent(ids: string[]): void {
    const { device } = this.meta;
    for (const id of ids) {
      const entry = this.entries.get(id);
      if (entry && device !== null && !entry.sentBy.includes(device)) entry.sentBy.push(device);
    }
    this.meta = { ...this.meta, batch: ids };
    this.#put(...ids.map((id) => this.#entryRow(id)), this.#metaRow());
  }

  decided(entries: Entry[], receipt: Receipt, standing: Meta['standing']): void {
    for (const entry of entries) this.entries.set(entry.operation.id, entry);
    this.meta = { ...this.meta, receipt, standing, batch: [] };
    this.#put(...entries.map(({ operation }) => this.#entryRow(operation.id)),
      this.#metaRow());
  }

  setAside(id: string, why: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.set(id, { ...entry, aside: why });
    this.meta = { ...this.meta, batch: [] };
    this.#put(this.#entryRow(id), this.#metaRow());
  }

  // Forgets what the server told. Of a server that was restored nobody knows what it lost: all
  // that this phone ever recorded goes there again, files too.
  forget({ restored }: { restored: boolean }): void {
    const feeds = [...this.feeds.keys()];
    this.feeds.clear();
    this.meta = { ...this.meta, cursor: '', batch: [] };
    const rows: Row[] = feeds.map((feed) => [`feed:${feed}`, undefined]);
    if (restored) rows.push(...this.#requeue());
    this.#put(...rows, this.#metaRow());
  }

  #requeue(): Row[] {
    const { own, before } = this.meta.receipt;
    this.meta = { ...this.meta,
      receipt: { own: NO_RECEIPT, follow: true, before: [...before, own] } };
    for (const [id, { operation, at, sentBy, aside }] of this.entries)
      this.entries.set(id, { operation, at, sentBy, ...(aside !== undefined && { aside }) });
    for (const [sha256, { type, size, at }] of this.files)
      this.files.set(sha256, { type, size, at });
    return [...[...this.entries.keys()].map((id) => this.#entryRow(id)),
      ...[...this.files].map(([sha256, file]): Row => [`file:${sha256}`, file])];
  }

  file(sha256: string, file: FileEntry): void {
    this.files.set(sha256, file);
    this.#put([`file:${sha256}`, file]);
  }

  // Lets go of what the server has had for longer than its backups reach back; returns the files.
  prune(now: number): string[] {
    const old = (done?: number) => done !== undefined && now - done > KEPT_MS;
    const entries = [...this.entries].filter(([, { done }]) => old(done)).map(([id]) => id);
    const files = [...this.files].filter(([, { uploaded }]) => old(uploaded)).map(([sha]) => sha);
    for (const id of entries) this.entries.delete(id);
    for (const sha256 of files) this.files.delete(sha256);
    const rows: Row[] = [...entries.map((id) => `op:${id}`), ...files.map((sha) => `file:${sha}`)]
      .map((key) => [key, undefined]);
    if (rows.length > 0) this.#put(...rows);
    return files;
  }

  // Takes in what a saved file holds and this phone has not; returns how many operations. Counters
  // are a device's: what was never on the network, or has the counter of another operation, gets
  // the next.
  adopt(entries: Entry[], files: [string, FileEntry][]): number {
    const taken = new Set([...this.entries.values()].map(({ operation }) => operation.counter));
    const fresh = entries.filter(({ operation }) => !this.entries.has(operation.id))
      .sort((a, b) => a.operation.counter - b.operation.counter);
    let counter = Math.max(this.meta.counter, ...fresh.map(({ operation }) => operation.counter));
    for (const { operation, ...entry } of fresh) {
      const own = entry.sentBy.length > 0 && !taken.has(operation.counter);
      this.entries.set(operation.id, { ...entry,
        operation: own ? operation : { ...operation, counter: ++counter } });
    }
    this.meta = { ...this.meta, counter };
    this.#sort();
    const unknown = files.filter(([sha256]) => !this.files.has(sha256));
    for (const [sha256, file] of unknown) this.files.set(sha256, file);
    this.#put(...fresh.map(({ operation }) => this.#entryRow(operation.id)),
      ...unknown.map(([sha256, file]): Row => [`file:${sha256}`, file]), this.#metaRow());
    return fresh.length;
  }

  async erase(): Promise<void> {
    this.meta = newMeta();
    this.tokens = null;
    this.feeds.clear();
    this.entries.clear();
    this.files.clear();
    this.#changed();
    await this.journal.erase();
  }

  // The version that an edit is made on. Where an earlier one of the same field is on its way, the
  // user looks at his own value and not at what a pull told since: the base stays.
  baseOf(entity: Edited | 'section_sign', id: number, names: string[]): number {
    const earlier = this.waiting().find(({ operation }) => operation.entity === entity &&
      operation.entity_id === id && names.some((name) => name in operation.fields));
    return earlier?.operation.base_version ??
      this.item(entity === 'section_sign' ? 'section' : entity, id)?.version ?? 0;
  }
}
