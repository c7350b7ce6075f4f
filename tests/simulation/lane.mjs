// lane.mjs - a process of its own that runs schedules: it is told {folder, name, bin, world} once,
// then {seed, verbose, mutation} one after the other, and answers each with what came of it.

import { MemoryStore, Phone } from '../support/phone.mjs';
import { Database } from './database.mjs';
import { mutations } from './mutations.mjs';
import { Schedule } from './schedule.mjs';
import { Server } from './server.mjs';

// Its databases: liancha in use, base, to which it goes back, and backup. Tables are copied by
// deleting and inserting, which needs no DDL.
class Lane {
  constructor({ folder, name, bin, world, app }) {
    Object.assign(this, { world, bin, app, database: new Database(folder, name) });
  }

  async open() {
    if (this.app) this.AppPhone = (await import('../support/app-phone.mjs')).AppPhone;
    await this.database.start();
    const start = () => new Server(this.bin, this.database.config);
    this.workers = [start(), start()];
    [this.server] = this.workers;
    this.operator = start();
    this.keeper = start();
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
    return this.sql(`SET foreign_key_checks = 0; START TRANSACTION;
      ${this.world.tables.map((table) =>
      `DELETE FROM ${to}.${table}; INSERT INTO ${to}.${table} SELECT * FROM ${from}.${table};`)
      .join(' ')} COMMIT; SET foreign_key_checks = 1`);
  }

  // Who waits for whom may hang on deleted rows that are still there: before a schedule all of them
  // are swept out, and none of its own while somebody might still read them.
  async begin() {
    await this.keeper.sql('COMMIT');
    await this.#copy('base', 'liancha');
    // Behind a FOR EXPORT the server begins to sweep at once.
    do await this.sql('FLUSH TABLES liancha.sync_epoch FOR EXPORT; UNLOCK TABLES');
    while (await this.#unswept() > 0);
    await this.keeper.sql('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  }

  async #unswept() {
    const [[, length]] = await this.sql("SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'");
    return Number(length);
  }

  backup() { return this.#copy('liancha', 'backup'); }

  async restore() {
    await this.#copy('backup', 'liancha');
    await this.#office('restored', {});
  }

  async without(text) { for (const worker of this.workers) await worker.without(text); }

  sql(text) { return this.operator.sql(text); }

  // The table and key of the lock that a connection waits for, or undefined.
  async waits(connection) {
    const [[, , status]] = await this.sql('SHOW ENGINE INNODB STATUS');
    const waiting = status.split('---TRANSACTION ').find((text) =>
      /^LOCK WAIT /m.test(text) && text.includes(`MariaDB thread id ${connection},`));
    if (!waiting) return undefined;
    const [, index = '', table] = /(?:index (\S+) of|TABLE LOCK) table `liancha`\.`(\w+)`.* waiting/
      .exec(waiting) ?? [];
    return `${table} ${index}`;
  }

  // Resolves with whether all ended well.
  async close() {
    const codes = await Promise.all([...this.workers, this.operator, this.keeper]
      .map((server) => server.stop()));
    await this.database.stop();
    return codes.every((code) => code === 0);
  }
}

let lane;

// With whoever asks, also when it dies: the database and the workers end with this process.
process.once('disconnect', () => process.exit());

async function answer({ seed, verbose, mutation: name }) {
  const phones = lane.AppPhone && seed % 2 === 0 ? lane.AppPhone : Phone;
  const schedule = new Schedule(lane, seed, { verbose, phones });
  const mutation = mutations[name];
  try {
    if (mutation?.without) await lane.without(mutation.without);
    return { seed, ...await schedule.run(mutation) };
  } catch (error) {
    return { seed, failure: error.stack };
  } finally {
    if (mutation?.without) await lane.without('');
  }
}

process.on('message', async (message) => {
  if (message.seed !== undefined) process.send(await answer(message));
  else if (message.world) {
    lane = new Lane(message);
    await lane.open();
    process.send({ ready: true });
  } else {
    process.exitCode = await lane.close() ? 0 : 1;
    process.disconnect();
  }
});
