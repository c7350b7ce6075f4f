// lane.mjs - a process of its own that runs schedules: it is told {folder, name, bin, world} once, then
// {seed, verbose, mutation} one after the other, and answers each with what came of it.

import { MemoryStore, Phone } from '../support/phone.mjs';
import { Database } from './database.mjs';
import { mutations } from './mutations.mjs';
import { Schedule } from './schedule.mjs';
import { Server } from './server.mjs';

// Its databases: liancha in use, base, to which it goes back, and backup. Tables are copied by deleting
// and inserting, which needs no DDL.
class Lane {
  constructor({ folder, name, bin, world }) {
    Object.assign(this, { world, bin, database: new Database(folder, name) });
  }

  async open() {
    await this.database.start();
    this.server = new Server(this.bin, this.database.config);
    for (const copy of ['base', 'backup']) {
      await this.sql(`CREATE DATABASE ${copy}`);
      for (const table of this.world.tables)
        await this.sql(`CREATE TABLE ${copy}.${table} LIKE liancha.${table}`);
    }
    for (const visit of this.world.visits.slice(1)) await this.#office('dispatch', { visit });
    for (const phone of this.world.phones) phone.journal = await this.#firstPull(phone);
    await this.#copy('liancha', 'base');
  }

  async #office(what, json) {
    const { status, text } = await this.server.ask(`http://sim/liancha/office/${what}`,
      { json, now: this.world.now });
    if (status !== 204) throw new Error(text);
  }

  // What a phone has in its journal that pulled before anything happened.
  async #firstPull({ device, credentials }) {
    const store = new MemoryStore();
    store.append({ is: 'enrolled', device_id: device });
    const ask = (url, options) => this.server.ask(url, { ...options, now: this.world.now });
    await new Phone({ base: 'http://sim/liancha', store, wire: { ask },
      vault: { get: () => credentials } }).pull();
    return store.entries();
  }

  #copy(from, to) {
    return this.sql(`SET foreign_key_checks = 0; START TRANSACTION; ${this.world.tables.map((table) =>
      `DELETE FROM ${to}.${table}; INSERT INTO ${to}.${table} SELECT * FROM ${from}.${table};`)
      .join(' ')} COMMIT; SET foreign_key_checks = 1`);
  }

  begin() { return this.#copy('base', 'liancha'); }
  backup() { return this.#copy('liancha', 'backup'); }

  async restore() {
    await this.#copy('backup', 'liancha');
    await this.#office('restored', {});
  }

  sql(text) { return this.server.sql(text); }

  async close() {
    await this.server.stop();
    await this.database.stop();
  }
}

let lane;

async function answer({ seed, verbose, mutation }) {
  const schedule = new Schedule(lane, seed, { verbose });
  try {
    return { seed, ...await schedule.run(mutations[mutation]) };
  } catch (error) {
    return { seed, failure: error.stack };
  }
}

process.on('message', async (message) => {
  if (message.seed !== undefined) process.send(await answer(message));
  else if (message.world) {
    lane = new Lane(message);
    await lane.open();
    process.send({ ready: true });
  } else {
    await lane.close();
    process.disconnect();
    process.exitCode = lane.server.code;
  }
});
