// users.mjs - what inspectors do with their phones and the office with visits, as chance has it.

const CLASSES = ['no_problem', 'corrected', 'penalty', 'unreachable'];
const TEXTS = { section: ['note'], check_result: ['problem', 'disposal'] };

export class Users {
  // edits: operation id -> {phone, seen: field -> what the user saw when he changed it}
  constructor(schedule) {
    Object.assign(this, { schedule, random: schedule.random, edits: new Map(), serial: 0 });
    this.busy = this.random.of(schedule.lane.world.visits); // where most of it happens
  }

  // ---- on a phone -------------------------------------------------------------------------------

  act(phone) {
    const mine = phone.phone.items('section').filter(({ body }) =>
      body.inspectors.some(({ card_no }) => card_no === phone.card));
    const others = phone.phone.items('section').filter((section) => !mine.includes(section));
    const section = this.#where(phone, mine, others);
    if (!section) return;
    this.random.weighted([[45, () => this.#edit(phone, section)],
      [10, () => this.#group(phone, section)],
      [8, () => this.#after(phone, section)], [9, () => this.#sign(phone, section)],
      [6, () => this.#manifest(phone, section)], [14, () => this.#resolve(phone, section)]])();
  }

  #where(phone, mine, others) {
    if (this.random.chance(4) && others.length > 0) return this.random.of(others);
    const here = mine.filter(({ id }) =>
      phone.phone.feeds.get(`visit:${this.busy}`)?.has(`section:${id}`));
    const list = here.length > 0 && this.random.chance(70) ? here : mine;
    return list.length > 0 ? this.random.of(list) : undefined;
  }

  #checksOf(phone, section) {
    return phone.phone.items('check_result').filter(({ body }) => body.section_id === section.id);
  }

  // What the phone shows: the user's own newest entry, else what the server told.
  #shown(phone, entity, id, field) { return this.#seen(phone, entity, id, field)[0]; }

  // The same, and what lay below the entry when he made it: what it does not replace, the next one
  // does.
  #seen(phone, entity, id, field) {
    const own = [...phone.phone.queue.values()].filter((operation) => operation.entity === entity &&
      operation.entity_id === id && field in operation.fields).at(-1);
    if (!own) return [phone.phone.item(entity, id)?.body[field] ?? null];
    return [own.fields[field], ...this.edits.get(own.id).seen[field]];
  }

  #record(phone, entity, id, fields, bonds) {
    const seen = Object.fromEntries(Object.keys(fields).map((field) =>
      [field, this.#seen(phone, entity, id, field)]));
    const operation = phone.phone.record(entity, id, fields, bonds);
    this.edits.set(operation,
      { phone, seen: { ...seen, ...this.edits.get(operation)?.seen } });
    this.schedule.note(`${phone.name} records ${entity} ${id ?? ''} ${JSON.stringify(fields)} ` +
      `${JSON.stringify(bonds ?? {})} as ${operation}`);
    return operation;
  }

  #instant() { return new Date(this.schedule.network.now - this.random.below(86400000))
    .toISOString(); }

  #value(phone, field) {
    if (this.random.chance(8)) return null;
    if (field === 'result_class') return this.random.of(CLASSES);
    if (field === 'result_code')
      return this.random.of(phone.phone.items('result_codes')[0].body.codes).code;
    return field.endsWith('_at') ? this.#instant() : `${phone.name} ${++this.serial}`;
  }

  // A record of the section and one or two of its fields.
  #choose(phone, section) {
    const check = this.random.chance(50)
      ? this.random.of(this.#checksOf(phone, section)) : undefined;
    const entity = check ? 'check_result' : 'section';
    const names = [...TEXTS[entity], ...TEXTS[entity],
      ...(check ? ['result_code'] : ['arrived_at', 'left_at', 'result_class'])];
    const fields = {};
    for (let i = this.random.chance(25) ? 2 : 1; i > 0; i--) {
      const field = this.random.of(names);
      fields[field] = this.#value(phone, field);
    }
    return [entity, check?.id ?? section.id, fields];
  }

  #edit(phone, section) { this.#record(phone, ...this.#choose(phone, section)); }

  #group(phone, section) {
    const bonds = { group: `g${++this.serial}` };
    for (let i = 2 + this.random.below(2); i > 0; i--)
      this.#record(phone, ...this.#choose(phone, section), bonds);
  }

  #after(phone, section) {
    const earlier = [...this.edits].filter(([, edit]) => edit.phone === phone).map(([id]) => id);
    if (earlier.length > 0)
      this.#record(phone, ...this.#choose(phone, section), { after: this.random.of(earlier) });
  }

  #sign(phone, section) {
    for (const { id } of this.#checksOf(phone, section))
      if (this.#shown(phone, 'check_result', id, 'result_code') === null)
        this.#record(phone, 'check_result', id, { result_code: '1' });
    if (this.#shown(phone, 'section', section.id, 'arrived_at') === null)
      this.#record(phone, 'section', section.id, { arrived_at: this.#instant() });
    this.#record(phone, 'section_sign', section.id, {});
  }

  #manifest(phone, section) {
    // Numbers of every form: the receipt covers how they are written.
    const number = () => (this.random.below(200000) - 100000) / 10 ** this.random.below(12) / 1e5;
    const place = this.random.chance(50) ? { lon: number(), lat: number() } : {};
    this.#record(phone, 'evidence', undefined,
      { section_id: section.id, size: 1 + this.random.below(1000),
      sha256: (++this.serial).toString(16).padStart(64, '0'), type: 'image/png',
      taken_at: this.#instant(), ...place });
  }

  #resolve(phone, section) {
    const open = phone.phone.items('conflict').filter(({ body }) => body.section_id === section.id);
    if (open.length === 0) return this.#edit(phone, section);
    const { entity, entity_id: id, field, kept, other } = this.random.of(open).body;
    const value = this.random.weighted([[4, kept], [4, other], [2, this.#value(phone, field)]]);
    return this.#record(phone, entity, id, { [field]: value });
  }

  // ---- in the office ----------------------------------------------------------------------------

  async office() {
    if (this.random.below(30) < 2) {
      await this.#delete();
      return;
    }
    const move = await this.move();
    if (move) await move.heard(await this.schedule.lane.server.ask(move.url, move.options));
  }

  // What the office may do now, as a request: {name, url, options, heard(reply)}, or undefined.
  move() {
    return this.random.weighted([[3, () => this.#dispatch()], [4, () => this.#leave()],
      [4, () => this.#join()], [8, () => this.#review()], [8, () => this.#desk()],
      [1, () => this.#revoke()]])();
  }

  // done: what follows from it when it was done.
  #request(what, path, json, { who, done } = {}) {
    const { network, lane: { world } } = this.schedule;
    const token = world.tokens[who];
    const fault = this.random.chance(10) ? 'deadlock' : 'none';
    return { name: 'the office', url: `http://sim/liancha${path}`,
      options: { json, token, now: network.now, fault },
      heard: (reply) => {
        this.schedule.note(`the office: ${what} ${JSON.stringify(json)}: ${reply.status}`);
        if (![200, 204, 409].includes(reply.status)) throw new Error(`${what}: ${reply.text}`);
        if (reply.status === 200) done?.();
      } };
  }

  #sql(text) { return this.schedule.lane.sql(text); }

  #dispatch() {
    return this.#request('dispatch', '/office/dispatch',
      { visit: this.schedule.lane.world.visits[0] });
  }

  async #leave() {
    const rows = await this.#sql('SELECT section_id, inspector_id FROM assignment ORDER BY 1, 2');
    if (rows.length === 0) return undefined;
    const [section, inspector] = this.random.of(rows).map(Number);
    return this.#request('takes away', '/office/leave', { section, inspector });
  }

  async #join() {
    const { sections, phones } = this.schedule.lane.world;
    const section = this.random.of(sections);
    const { inspector } = this.random.of(phones.filter(({ department }) =>
      department === section.department));
    const [[there]] = await this.#sql(
      `SELECT COUNT(*) FROM assignment WHERE section_id = ${section.id}
      AND inspector_id = ${inspector}`);
    if (there !== '0') return undefined;
    return this.#request('adds', '/office/join', { section: section.id, inspector });
  }

  async #review() {
    const rows = await this.#sql(`SELECT s.id, d.code FROM section s JOIN department d
      ON d.id = s.department_id WHERE s.state = 'signed' ORDER BY s.id`);
    if (rows.length === 0) return undefined;
    const [id, department] = this.random.of(rows);
    const decision = this.random.chance(70) ? 'return' : 'accept';
    return this.#request(`section ${id}`, `/planner/v1/sections/${id}/review`,
      { decision, reason: '模拟' }, { who: `reviewer ${department}` });
  }

  async #desk() {
    const rows = await this.#sql(`SELECT h.id, LOWER(HEX(h.op_id)), d.code, h.device_id, h.entity,
      h.entity_id, h.fields FROM held_op h JOIN department d ON d.id = h.department_id
      WHERE h.state = 'open' ORDER BY h.op_id`);
    if (rows.length === 0) return undefined;
    const [id, op, department, device, entity, target, fields] = this.random.of(rows);
    const accepts = this.random.chance(60) && fields !== null;
    return this.#request(`the desk on ${op}`, `/planner/v1/corrections/${id}/decision`,
      { decision: accepts ? 'accept' : 'refuse', reason: '模拟' },
      { who: `reviewer ${department}`,
        done: () => accepts && this.schedule.model.accepted(Number(device),
        op.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), entity, Number(target),
        JSON.parse(fields)) });
  }

  #revoke() {
    const { device, department } = this.random.of(this.schedule.phones);
    const state = this.random.chance(60) ? 'retired' : 'lost';
    return this.#request(`device ${device}`, `/planner/v1/devices/${device}/revocation`, { state },
      { who: `planner ${department}`, done: () => this.schedule.revoked(device, state) });
  }

  // As a withdrawal leaves it: the row gone, and the visit's feed told.
  async #delete() {
    const rows = await this.#sql(`SELECT c.id, s.visit_id FROM check_result c
      JOIN section s ON s.id = c.section_id JOIN visit v ON v.id = s.visit_id
      WHERE v.state = 'dispatched' AND NOT EXISTS (SELECT 1 FROM sync_conflict k
        WHERE k.entity = 'check_result' AND k.entity_id = c.id) ORDER BY c.id`);
    if (rows.length === 0) return;
    const [id, visit] = this.random.of(rows);
    await this.#sql(`START TRANSACTION; DELETE FROM check_result WHERE id = ${id};
      UPDATE feed_head SET seq = LAST_INSERT_ID(seq + 1) WHERE kind = 2 AND owner_id = ${visit};
      UPDATE feed_item SET seq = LAST_INSERT_ID(), deleted = 1, body = '{}' WHERE kind = 2
        AND owner_id = ${visit} AND entity = 'check_result' AND entity_id = ${id};
      UPDATE feed_head h JOIN (SELECT DISTINCT a.inspector_id FROM assignment a JOIN section s
        ON s.id = a.section_id WHERE s.visit_id = ${visit}) x ON x.inspector_id = h.owner_id
        SET h.seq = h.seq + 1 WHERE h.kind = 1;
      UPDATE feed_item i JOIN feed_head h ON h.kind = 1 AND h.owner_id = i.owner_id
        JOIN (SELECT DISTINCT a.inspector_id FROM assignment a JOIN section s ON s.id = a.section_id
        WHERE s.visit_id = ${visit}) x ON x.inspector_id = i.owner_id
        SET i.seq = h.seq WHERE i.kind = 1 AND i.entity = 'visit' AND i.entity_id = ${visit};
        COMMIT`);
    this.schedule.model.deleted('check_result', Number(id));
    this.schedule.note(`the office: deletes check_result ${id}`);
  }
}
