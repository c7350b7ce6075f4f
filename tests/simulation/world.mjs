// world.mjs - what every schedule begins from: three joint visits on the phones of two departments,
// a fourth to be dispatched, devices, reviewers. Made once by a whole Liancha
// (tests/http/world.mjs).

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, startStack } from '../http/harness.mjs';
import { DISTRICT, MARKET, seed } from '../http/world.mjs';

const NOW = Date.UTC(2026, 2, 2); // when each schedule begins
const HOUR = 3600000;
const CHECKS = 2; // that a section keeps
const VISITS = 4; // one of them is not dispatched yet
const SPARE_DEVICES = 2; // second ones, of the first inspectors
// Changed by the schedules beside what liancha_mobile may write; not the audit log, which only
// grows.
const OFFICE_TABLES = ['assignment', 'check_result', 'section', 'sync_epoch', 'visit'];

// The draw was by chance: here the same inspectors go everywhere each time. Nothing is dispatched
// yet.
function teams(sections, phones) {
  const members = (department) =>
    [...new Set(phones.filter((phone) => phone.department === department)
    .map(({ inspector }) => inspector))];
  return sections.flatMap(({ id, visit, department }, i) => {
    const all = members(department);
    return [0, 1].map((n) =>
      `(${id}, ${all[(visit + n) % all.length]}, 'drawn', '', REPEAT('x', 32))`);
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
    UPDATE session SET expires_at = '2100-01-01'`);
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
    tokens: Object.fromEntries(['reviewer', 'planner'].flatMap((role) => [DISTRICT, MARKET].map(
      (department) => [`${role} ${department}`, world.tokenOf(role, department)]))),
  };
}

async function mutableTables(stack) {
  const rows = await stack.sql(`SELECT DISTINCT table_name FROM
    (SELECT table_name, table_priv AS p FROM mysql.tables_priv WHERE user = 'liancha_mobile'
     UNION ALL SELECT table_name, column_priv FROM mysql.columns_priv
     WHERE user = 'liancha_mobile') x
    WHERE p REGEXP 'Insert|Update|Delete' AND table_name NOT LIKE 'audit%' ORDER BY 1`);
  return [...new Set([...rows.flat(), ...OFFICE_TABLES])].sort();
}

// Makes it, and leaves it standing still: {folder, bin, world, stop()}.
export async function prepare() {
  const stack = await startStack({ own: true });
  try {
    const small = await seed(stack);
    const joint = await stack.sql(`SELECT v.id FROM visit v JOIN section s ON s.visit_id = v.id
      GROUP BY v.id HAVING COUNT(*) > 1 ORDER BY v.id LIMIT ${VISITS}`);
    const world = await describe(stack, small, joint.flat().map(Number));
    await trim(stack, world);
    world.tables = await mutableTables(stack);
    const password = randomBytes(24).toString('hex');
    writeFileSync(join(stack.var, 'secret/simulation.password'), password, { mode: 0o600 });
    await stack.operate(`CREATE USER liancha_simulation@localhost IDENTIFIED BY '${password}';
      GRANT ALL ON *.* TO liancha_simulation@localhost`);
    await stack.services('stop');
    return { folder: stack.var, bin: BIN, world, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
