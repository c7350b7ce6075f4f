// model.mjs - what must be true of the server, told by what it decided and by what the users saw.
//
// It does not know the merge. It follows each field's value through the operations that the server
// says took effect, and calls it a loss when a value gives way to one whose user had seen another.

import { link, NO_RECEIPT } from '../support/phone/checksum.mjs';

export class Broken extends Error {}

export function expect(condition, text) { if (!condition) throw new Broken(text); }

const FINAL = new Set(['applied', 'merged', 'conflict', 'rejected']);
// Refused because their id or counter is another operation's: the server keeps nothing of them.
const UNRECORDED = ['id-reused', 'device-forked'];
export const problemOf = (result) => result.problem?.type.split(':').at(-1);
const fieldKey = (entity, id, field) => `${entity}:${id}:${field}`;

export class Model {
  constructor() {
    this.values = new Map(); // "entity:id:field" -> {value, device, counter, op}
    this.results = new Map(); // operation id -> its newest result
    this.receipts = new Map(); // device -> hex
    this.manifests = new Map(); // operation id -> fields
    this.gone = new Set(); // "entity:id" that the office deleted
    this.revoked = new Map(); // device -> 'retired' or 'lost'
    this.replaced = []; // [name, value, the value that took its place]
    this.lost = []; // the same, of what a restore undid
  }

  copy() { return Object.assign(new Model(), structuredClone({ ...this })); }

  // What holds when a backup comes back: this model's, once more, and what users saw in between.
  restored(now) {
    return Object.assign(this.copy(),
      { lost: [...now.lost, ...now.replaced.slice(this.replaced.length)] });
  }

  #put(name, entry) {
    this.replaced.push([name, this.values.get(name)?.value ?? null, entry.value]);
    this.values.set(name, entry);
  }

  // Whether who saw `value` saw what had come of `before`, though the server may have forgotten it.
  #leads(name, before, value) {
    const reached = new Set([before]);
    for (const from of reached)
      for (const [which, old, next] of this.lost)
        if (which === name && old === from) reached.add(next);
    return reached.has(value);
  }

  receipt(device) { return this.receipts.get(device) ?? NO_RECEIPT; }

  // The server decided an operation, not for the second time. conflicts: the fields that it did not
  // take;
  // seen: field -> the values that the user saw when he edited it.
  decided(device, operation, result, { conflicts, seen, signedClass }) {
    const { id } = operation;
    const before = this.results.get(id);
    expect(!before || before.outcome === 'deferred', `${id}: decided twice: ` +
      `${JSON.stringify(before)}, ${JSON.stringify(result)}`);
    if (UNRECORDED.includes(problemOf(result))) return;
    this.results.set(id, result);
    if (FINAL.has(result.outcome)) this.#chain(device, operation, result.outcome);
    if (result.problem || !FINAL.has(result.outcome)) return;
    if (operation.entity === 'evidence') this.manifests.set(id, operation.fields);
    else if (operation.entity === 'section_sign')
      this.#put(fieldKey('section', operation.entity_id, 'result_class'),
        { value: signedClass, device: null, counter: 0, op: id });
    else this.#take(device, operation, conflicts, seen);
  }

  #chain(device, operation, outcome) {
    this.receipts.set(device, link(this.receipt(device), operation, outcome));
  }

  #take(device, operation, conflicts, seen) {
    const { id, entity, entity_id: target, counter, fields } = operation;
    for (const [field, value] of Object.entries(fields)) {
      if (conflicts.has(field)) continue;
      const name = fieldKey(entity, target, field);
      const before = this.values.get(name) ?? { value: null, device: null, counter: 0 };
      if (before.value === value) continue;
      // The same user has changed his mind since: what was said later came first.
      if (before.device === device && before.counter > counter) continue;
      // A sign-off is the whole section's: what it worked out was its inspector's to see.
      const known = before.device === null ||
        (before.device === device && before.counter < counter) ||
        seen[field].some((one) => this.#leads(name, before.value, one));
      expect(known, `${name}: "${before.value}" of ${before.op} was overwritten by "${value}" of ` +
        `${id}, whose user had seen ${JSON.stringify(seen[field])}`);
      this.#put(name, { value, device, counter, op: id });
    }
  }

  // The reviewer accepted what waited at the desk.
  accepted(device, id, entity, target, fields) {
    if (entity === 'evidence') this.manifests.set(id, fields);
    else for (const [field, value] of Object.entries(fields))
      this.#put(fieldKey(entity, target, field), { value, device, counter: 0, op: id });
  }

  deleted(entity, id) {
    this.gone.add(`${entity}:${id}`);
    for (const name of this.values.keys())
      if (name.startsWith(`${entity}:${id}:`)) this.values.delete(name);
  }
}
