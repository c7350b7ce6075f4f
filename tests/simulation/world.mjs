// world.mjs - what every schedule begins from: three joint visits on the phones of two departments, a
// fourth to be dispatched, devices, reviewers. Made once by a whole Liancha (tests/http/world.mjs),
// then copied into a database per lane, which goes back to it in a few milliseconds.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { BIN, startStack } from '../http/harness.mjs';
import { DISTRICT, MARKET, seed } from '../http/world.mjs';
import { Server } from './server.mjs';

const NOW = Date.UTC(2026, 2, 2); // when each schedule begins
const HOUR = 3600000;
const CHECKS = 2; // that a section keeps
const VISITS = 4; // one of them is not dispatched yet
const SPARE_DEVICES = 2; // second ones, of the first inspectors
// Changed by the schedules beside what liancha_mobile may write; not the audit log, which only grows.
const OFFICE_TABLES = ['assignment', 'check_result', 'section', 'sync_epoch', 'visit'];

// The draw was by chance: here the same inspectors go everywhere each time. Nothing is dispatched yet.
function teams(sections, phones) {
  const members = (department) => [...new Set(phones.filter((phone) => phone.department === department)
    .map(({ inspector }) => inspector))];
  return sections.flatMap(({ id, visit, department }, i) => {
    const all = members(department);
    return [0, 1].map((n) => `(${id}, ${all[(visit + n) % all.length]}, 'drawn', '', REPEAT('x', 32))`);
  });
}

const time = (ms) => `'${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}'`;

async function trim(stack, { sections, phones }) {
  await stack.operate(`SET foreign_key_checks = 0;
    DELETE FROM assignment;
    INSERT INTO assignment VALUES ${teams(sections, phones).join()};
    UPDATE visit SET state = 'planned';
    DELETE FROM check_result WHERE id NOT IN (SELECT id FROM (SELECT id,
      ROW_NUMBER() OVER (PARTITION BY section_id ORDER BY item_id) AS n FROM check_result) x
      WHERE n <= ${CHECKS});
    DELETE FROM feed_item WHERE kind IN (1, 2);
    DELETE FROM feed_head WHERE kind IN (1, 2);
    UPDATE device SET access_expires_at = ${time(NOW + 12 * HOUR)},
      refresh_expires_at = ${time(NOW + 90 * 24 * HOUR)}, enrolled_at = ${time(NOW)};
    UPDATE session SET expires_at = '2100-01-01';
    SET GLOBAL innodb_flush_log_at_trx_commit = 0`);
}

async function devices(stack, world) {
  const list = [];
  const cards = [...world.cards, world.cards[0], world.cards[3]].slice(0, 6 + SPARE_DEVICES);
  for (const card of cards) {
    const phone = await world.newPhone(card);
    list.push({ card, device: phone.deviceId, credentials: phone.credentials });
  }
  return list;
}

async function describe(stack, world, visits) {
  const inspectors = Object.fromEntries(await stack.sql('SELECT card_no, id FROM inspector'));
  const sections = (await stack.sql(`SELECT s.id, s.visit_id, d.code FROM section s
    JOIN department d ON d.id = s.department_id WHERE s.visit_id IN (${visits.join()})
    ORDER BY s.id`)).map(([id, visit, department]) =>
    ({ id: Number(id), visit: Number(visit), department }));
  return {
    now: NOW, visits, sections,
    phones: (await devices(stack, world)).map((phone) => ({ ...phone,
      inspector: Number(inspectors[phone.card]), department: phone.card.split('-')[1] })),
    reviewers: { [DISTRICT]: world.tokenOf('reviewer', DISTRICT),
      [MARKET]: world.tokenOf('reviewer', MARKET) },
  };
}

async function mutableTables(stack) {
  const rows = await stack.sql(`SELECT DISTINCT table_name FROM
    (SELECT table_name, table_priv AS p FROM mysql.tables_priv WHERE user = 'liancha_mobile'
     UNION ALL SELECT table_name, column_priv FROM mysql.columns_priv WHERE user = 'liancha_mobile') x
    WHERE p REGEXP 'Insert|Update|Delete' AND table_name NOT LIKE 'audit%' ORDER BY 1`);
  return [...new Set([...rows.flat(), ...OFFICE_TABLES])].sort();
}

// The settings of a worker that uses the lane's database.
function configure(stack, database, password) {
  const secret = join(stack.var, 'secret', 'simulation.password');
  writeFileSync(secret, password, { mode: 0o600 });
  const lines = readFileSync(stack.config, 'utf8').split('\n');
  let section = '';
  const text = lines.map((line) => {
    if (line.startsWith('[')) section = line;
    if (section === '[database]' && line.startsWith('name=')) return `name=${database}`;
    if (section === '[mobile]' && line.startsWith('db_user=')) return 'db_user=liancha_simulation';
    if (section === '[mobile]' && line.startsWith('db_password_file=')) return `db_password_file=${secret}`;
    return line;
  }).join('\n');
  const path = join(stack.var, `${database}.ini`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function copyDatabase(stack, database) {
  const options = `--no-defaults --socket=${join(stack.var, 'run/mariadb.sock')} ` +
    `--user=${userInfo().username}`;
  execFileSync('sh', ['-c', `mariadb ${options} -e "CREATE DATABASE ${database}" && ` +
    `mariadb-dump ${options} --single-transaction --skip-triggers liancha ` +
    `--ignore-table=liancha.audit_event | mariadb ${options} ${database} && ` +
    `mariadb-dump ${options} --no-data liancha audit_event | mariadb ${options} ${database}`]);
}

// Starts it; {lanes: [config of each], world, stop()}.
export async function prepare(laneCount) {
  const stack = await startStack({ own: true });
  try {
    const small = await seed(stack);
    const joint = await stack.sql(`SELECT v.id FROM visit v JOIN section s ON s.visit_id = v.id
      GROUP BY v.id HAVING COUNT(*) > 1 ORDER BY v.id LIMIT ${VISITS}`);
    const world = await describe(stack, small, joint.flat().map(Number));
    await trim(stack, world);
    world.tables = await mutableTables(stack);
    await stack.services('stop', 'nginx', 'planner', 'mobile', 'public', 'pushd', 'platform');
    const password = randomBytes(24).toString('hex');
    await stack.operate(`CREATE USER liancha_simulation@localhost IDENTIFIED BY '${password}';
      GRANT ALL ON *.* TO liancha_simulation@localhost`);
    const lanes = Array.from({ length: laneCount }, (_, i) => {
      copyDatabase(stack, `sim${i}`);
      return configure(stack, `sim${i}`, password);
    });
    return { bin: BIN, lanes, world, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

// The databases of a lane: sim0 in use, sim0_base, sim0_backup. Tables are copied by deleting and
// inserting, which needs no DDL.
export class Lane {
  constructor(bin, config, world) {
    this.world = world;
    this.server = new Server(bin, config);
  }

  async open() {
    [[this.name]] = await this.server.sql('SELECT DATABASE()');
    for (const copy of ['base', 'backup']) {
      await this.server.sql(`CREATE DATABASE IF NOT EXISTS ${this.name}_${copy}`);
      for (const table of this.world.tables)
        await this.server.sql(`CREATE TABLE ${this.name}_${copy}.${table} LIKE ${this.name}.${table}`);
    }
    for (const visit of this.world.visits.slice(1)) await this.#office('dispatch', { visit });
    await this.#copy(this.name, `${this.name}_base`);
  }

  async #office(what, json) {
    const { status, text } = await this.server.ask(`http://sim/liancha/office/${what}`,
      { json, now: this.world.now });
    if (status !== 204) throw new Error(text);
  }

  #copy(from, to) {
    return this.server.sql(`SET foreign_key_checks = 0; ${this.world.tables.map((table) =>
      `DELETE FROM ${to}.${table}; INSERT INTO ${to}.${table} SELECT * FROM ${from}.${table};`)
      .join(' ')} SET foreign_key_checks = 1`);
  }

  begin() { return this.#copy(`${this.name}_base`, this.name); }
  backup() { return this.#copy(this.name, `${this.name}_backup`); }

  async restore() {
    await this.#copy(`${this.name}_backup`, this.name);
    await this.#office('restored', {});
  }

  sql(text) { return this.server.sql(text); }
  close() { return this.server.stop(); }
}
