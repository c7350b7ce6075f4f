// schedule.mjs - one run from a seed: phones, users, office, network and server faults in an order
// that the seed decides, then quiet, then the oracle. The phones are those of tests/support, or
// `phones`, the server is liancha-simserver; nothing here reads a clock or waits for one.

import { createHash } from 'node:crypto';
import { MemoryStore, Phone } from '../support/phone.mjs';
import { expect, Model } from './model.mjs';
import { Network } from './network.mjs';
import { judge } from './oracle.mjs';
import { Race } from './race.mjs';
import { Random } from './random.mjs';
import { Users } from './users.mjs';

const BASE = 'http://sim/liancha';
const ROUNDS = 30; // until all is quiet, at most
const PUMPS = 20000;
const INTERRUPTED = new Set(['ECONNRESET', 'ETIMEDOUT']);
const hex = (id) => `UNHEX('${id.replaceAll('-', '')}')`;

export class Schedule {
  constructor(lane, seed, { verbose = false, phones = Phone } = {}) {
    Object.assign(this, { lane, seed, verbose, Phone: phones, random: new Random(seed),
      model: new Model(), saved: null, steps: 0, counts: {}, revocations: new Set() });
    this.hash = createHash('sha256');
    this.network = new Network(this.random, lane.world.now);
    this.users = new Users(this);
  }

  note(text) {
    this.hash.update(`${text}\n`);
    if (this.verbose) console.log(text);
  }

  #count(what) { this.counts[what] = (this.counts[what] ?? 0) + 1; }

  // ---- phones -----------------------------------------------------------------------------------

  #makePhones() {
    const { random } = this;
    const specs = random.shuffled(this.lane.world.phones).slice(0, 2 + random.below(5));
    this.phones = specs.map((spec, i) => {
      let { credentials } = spec;
      const store = new MemoryStore();
      const heard = random.chance(80) ? spec.journal : spec.journal.slice(0, 1); // it was enrolled
      heard.forEach((entry) => store.append(entry));
      return { ...spec, name: `phone ${i}`, store, task: null, failure: null,
        vault: { get: () => credentials, set: (value) => { credentials = value; } } };
    });
    this.phones.forEach((phone) => this.#start(phone));
  }

  #start(phone) {
    phone.owner = { phone };
    phone.task = null;
    phone.phone = new this.Phone({ base: BASE, store: phone.store, vault: phone.vault,
      wire: this.network.wire(phone.owner), now: () => this.network.now });
  }

  #crash(phone) {
    this.network.forget(phone.owner);
    this.#start(phone);
    this.#count('phone crashed');
    this.note(`${phone.name} crashes`);
  }

  // Begins something on a phone; when it ends, however, the phone is free again.
  #begin(phone, what, work) {
    const { owner } = phone;
    this.note(`${phone.name} begins ${what}`);
    const end = (error) => {
      if (phone.owner !== owner) return;
      phone.task = null;
      const expected = !error || INTERRUPTED.has(error.code) || error.status >= 500 ||
        error.status === 401 || // the second time in one request: it comes with the next
        this.revocations.has(phone.device);
      if (!expected) phone.failure = error;
    };
    phone.task = work(phone.phone).then(() => end(), end);
  }

  #sync(phone) {
    phone.phone.batch = this.random.of([1, 2, 3, 200]);
    const limit = this.random.of([1, 3, 10, 1000]);
    this.random.weighted([
      [5, () => this.#begin(phone, 'sync', (one) => one.sync())],
      [3, () => this.#begin(phone, `push by ${phone.phone.batch}`, (one) => one.push())],
      [3, () => this.#begin(phone, `pull by ${limit}`, (one) => one.pull({ limit }))],
    ])();
  }

  // A phone that was told that it is lost has nothing left to do.
  #idle() { return this.phones.filter(({ task, phone }) => task === null &&
    phone.deviceId !== null); }

  revoked(device, state) {
    this.model.revoked.set(device, state);
    this.revocations.add(device);
    this.#count(`device ${state}`);
  }

  // ---- the server -------------------------------------------------------------------------------

  async #serve(request, fault = 'none') {
    const state = this.model.revoked.get(request.owner.phone.device);
    const reply = await this.lane.server.ask(request.url,
      { ...request.options, now: this.network.now, fault });
    const refused = state === 'lost' || (state === 'retired' && request.url.includes('/pull'));
    expect(!refused || reply.status === 401 || reply.json.type.endsWith(`:device-${state}`) ||
      (state === 'retired' && reply.json.type.endsWith(':epoch-changed')),
      `a device that is ${state} is told ${reply.status}`);
    return this.#heard(request, fault, reply);
  }

  async #heard(request, fault, reply) {
    const { pathname } = new URL(request.url);
    this.#count('requests');
    if (pathname.endsWith('/push')) await this.#learn(request, reply, fault);
    this.note(`the server: ${request.owner.phone.name} ${pathname} ${fault}: ${reply.status} ` +
      (pathname.endsWith('/push') ? reply.text : ''));
    expect(reply.status !== 500, reply.text);
    return reply;
  }

  // What a push decided, by its reply, or, when that says nothing, by the ledger.
  async #learn(request, reply, fault) {
    const { device } = request.owner.phone;
    const { operations } = request.options.json;
    let outcomes = [];
    if (reply.status === 200) outcomes = reply.json.outcomes;
    else if (fault === 'uncertain') outcomes = await this.#ledger(operations);
    for (const [i, result] of outcomes.entries()) {
      if (!result) continue;
      expect(result.id === operations[i].id, 'the outcomes stand in the order of the operations');
      if (result.outcome === 'duplicate')
        expect(JSON.stringify(result.result) === JSON.stringify(this.model.results.get(result.id)),
          `${result.id}: the duplicate is told ${JSON.stringify(result.result)}, ` +
          'the first was told ' +
          `${JSON.stringify(this.model.results.get(result.id))}`);
      else await this.#decided(device, operations[i], result);
    }
    if (reply.status === 200)
      expect(reply.json.receipt === this.model.receipt(device), `the receipt of ${device}`);
  }

  async #ledger(operations) {
    const rows = new Map((await this.lane.sql(`SELECT LOWER(HEX(op_id)), result FROM sync_op
      WHERE op_id IN (${operations.map(({ id }) => hex(id)).join()})`))
      .map(([id, result]) => [id, JSON.parse(result)]));
    return operations.map(({ id }) => {
      const result = rows.get(id.replaceAll('-', ''));
      const known = this.model.results.get(id);
      return result && JSON.stringify(result) !== JSON.stringify(known) ? result : null;
    });
  }

  async #decided(device, operation, result) {
    const conflicts = new Set();
    let signedClass = null;
    if (result.outcome === 'conflict' && !result.problem)
      for (const [field] of await this.lane.sql(
        `SELECT field FROM sync_conflict WHERE op_id = ${hex(operation.id)}`)) conflicts.add(field);
    if (operation.entity === 'section_sign' && result.outcome === 'applied')
      [[signedClass]] = await this.lane.sql(
        `SELECT result_class FROM section WHERE id = ${operation.entity_id}`);
    const { seen } = this.users.edits.get(operation.id);
    this.model.decided(device, operation, result, { conflicts, seen, signedClass });
  }

  // A request meets the network and the server, with what can go wrong on the way.
  async #deliver() {
    const { network, random } = this;
    const request = network.take(network.requests);
    const lost = () => request.reject(network.broken('ECONNRESET'));
    const serve = async (fault) => request.resolve(await this.#serve(request, fault));
    const [name, act] = random.weighted([
      [this.calm, ['well', () => serve('none')]],
      [6, ['request lost', lost]],
      [6, ['request given up', () => { // by the phone: it is on its way for all that
        network.ghosts.push(request);
        request.reject(network.broken('ETIMEDOUT'));
      }]],
      [8, ['reply lost', async () => {
        await this.#serve(request);
        lost();
      }]],
      [6, ['worker dead before COMMIT', async () => {
        await this.#serve(request, 'crash');
        lost();
      }]],
      [4, ['transaction rerun', () => serve('deadlock')]],
      [4, ['connection broken behind COMMIT', () => serve('uncertain')]],
      [4, ['connection broken at COMMIT', () => serve('uncertainLost')]],
      [6, ['request doubled', async () => {
        const replies = [await this.#serve(request), await this.#serve(request)];
        request.resolve(random.of(replies));
      }]],
      [6, ['request again much later', async () => {
        network.ghosts.push(request);
        await serve('none');
      }]],
      [8, ['reply late', async () => {
        network.replies.push({ ...request, reply: await this.#serve(request) });
      }]],
    ]);
    this.#count(name);
    await act();
  }

  // ---- two at once ------------------------------------------------------------------------------

  // A request that is on its way and what its phone will hear of it.
  #contender() {
    const { network, random } = this;
    const ghost = network.requests.length === 0 || (network.ghosts.length > 0 && random.chance(20));
    const request = network.take(ghost ? network.ghosts : network.requests,
      ({ url }) => url.endsWith('/push')); // who reads, holds nobody up
    const fault = random.weighted([[88, 'none'], [3, 'crash'], [3, 'deadlock'], [3, 'uncertain'],
      [3, 'uncertainLost']]);
    return { name: `${request.owner.phone.name} ${new URL(request.url).pathname}`, url: request.url,
      options: { ...request.options, now: network.now, fault },
      heard: (reply) => this.#heard(request, fault, reply),
      end: (reply) => {
        if (ghost) return;
        if (fault === 'crash' || random.chance(10)) request.reject(network.broken('ECONNRESET'));
        else request.resolve(reply);
      } };
  }

  async #rival(first) {
    const { network, random } = this;
    const move = random.chance(25) ? await this.users.move() : null;
    if (move) return { ...move, end: () => {} };
    if (random.chance(25) || network.requests.length + network.ghosts.length === 0)
      return { ...first, name: `${first.name} again`, end: () => {} };
    return this.#contender();
  }

  // What two did at the same time counts in the order of their commits.
  async #race() {
    const first = this.#contender();
    const both = [first, await this.#rival(first)];
    this.#count('two at once');
    const runners = await new Race(this.lane, this.random, (text) => this.note(text)).run(both);
    const order = [0, 1].sort((a, b) => runners[a].committed - runners[b].committed);
    for (const i of order) await both[i].heard(runners[i].reply);
    for (const i of order) both[i].end(runners[i].reply);
    if (runners.some(({ waited }) => waited)) this.#count('one waited for the other');
  }

  // ---- steps ------------------------------------------------------------------------------------

  async #backup() {
    await this.lane.backup();
    this.saved = this.model.copy();
    this.note('a backup is made');
  }

  async #restore() {
    await this.lane.restore();
    this.model = this.saved.restored(this.model);
    this.#count('backup restored');
    this.note('the backup is restored');
  }

  // Requests do not stay on the way for longer than the server's own patience, a minute or so.
  #pass() {
    this.network.ghosts = this.network.ghosts.filter(({ url }) => !url.endsWith('/tokens'));
    this.network.now += this.random.chance(80) ? this.random.below(600000) : 13 * 3600000;
    this.#count('time passed');
    this.note(`it is ${this.network.now - this.lane.world.now}`);
  }

  async #step() {
    const { network, random } = this;
    const idle = this.#idle();
    const some = (list, weight, step) => (list.length > 0 ? [[weight, step]] : []);
    await random.weighted([
      [30, () => this.users.act(random.of(this.phones))],
      ...some(idle, 22, () => this.#sync(random.of(idle))),
      ...some(network.requests, 40, () => this.#deliver()),
      ...some([...network.requests, ...network.ghosts], 30, () => this.#race()),
      ...some(network.replies, 12, () => {
        const { resolve, reply } = network.take(network.replies);
        resolve(reply);
      }),
      ...some(network.ghosts, 6, () => this.#serve(network.take(network.ghosts))),
      ...some(network.pauses, 12, () => network.take(network.pauses).resolve()),
      [2, () => this.#crash(random.of(this.phones))],
      [6, () => this.users.office()],
      ...(this.restores ? [[2, () => this.#backup()]] : [[2, () => this.#pass()]]),
      ...(this.restores && this.saved ? [[1, () => this.#restore()]] : []),
    ])();
    await this.#turn();
  }

  // Lets everything run that can run without the schedule.
  async #turn() {
    await new Promise((resolve) => { setImmediate(resolve); });
    for (const phone of this.phones) if (phone.failure) throw phone.failure;
  }

  // ---- quiet ------------------------------------------------------------------------------------

  // No fault any more: whatever is on the way arrives.
  async #pump() {
    const { network } = this;
    for (let n = 0; n < PUMPS; n++) {
      await this.#turn();
      if (network.requests.length > 0) {
        const request = network.requests.shift();
        request.resolve(await this.#serve(request));
      } else if (network.replies.length > 0) {
        const { resolve, reply } = network.replies.shift();
        resolve(reply);
      } else if (network.pauses.length > 0) network.pauses.shift().resolve();
      else return;
    }
    throw new Error('the phones do not come to rest');
  }

  // Lets each phone in turn do the same to its end; the sum of what came of it.
  async #each(phones, what, work) {
    let sum = 0;
    for (const phone of phones) {
      this.#begin(phone, what, async (one) => { sum += await work(one); });
      await this.#pump();
      expect(phone.task === null, `${phone.name} came to an end`);
    }
    return sum;
  }

  // All that is recorded goes up, and only then all that is new comes down; again, as what came
  // down may let something go up, until nothing does.
  async #quiet() {
    const { network, phones, random } = this;
    while (network.ghosts.length > 0) await this.#serve(network.take(network.ghosts));
    await this.#pump();
    for (const { phone } of phones) phone.batch = 200;
    const push = async (phone) => {
      const { deferred, ...effects } = await phone.push();
      return Object.keys(effects).length;
    };
    const pull = (phone) => phone.pull();
    const all = () => this.#idle();
    for (let round = 0; await this.#each(all(), 'its last push', push) > 0 ||
      round === 0; round++) {
      expect(round < ROUNDS, 'the phones still find something to do');
      await this.#each(all(), 'its last pull', pull);
    }
    const again = await this.#each(random.shuffled(all()).slice(0, 1), 'a pull too many', pull);
    expect(again === 0, 'a phone that has all is told something again');
  }

  // Resolves with {hash, steps, counts}; rejects when something is not as it must be.
  // mutation: one of mutations.mjs, to see it found.
  async run(mutation = {}) {
    const { random } = this;
    await this.lane.begin();
    this.calm = random.of([40, 100, 400]);
    this.restores = random.chance(30);
    this.#makePhones();
    for (const steps = 15 + random.below(60); this.steps < steps; this.steps++) await this.#step();
    await mutation.spoil?.(this.lane);
    await this.#quiet();
    await judge(this);
    return { hash: this.hash.digest('hex'), steps: this.steps, counts: this.counts };
  }
}
