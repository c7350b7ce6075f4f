// lianchactl migrate on small folders and a database of its own, beside the one of LIANCHA_VAR.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const { LIANCHA_BIN, LIANCHA_CONFIG, LIANCHA_VAR } = process.env;
const LIANCHACTL = join(LIANCHA_BIN, 'lianchactl');
const FIRST = new URL('../../schema/0001_schema.sql', import.meta.url);
const ROLES = ['owner', 'reader', 'writer'];
const account = (role) => `'migrated_${role}'@'localhost'`;
const view = (name, query) =>
  `CREATE OR REPLACE SQL SECURITY DEFINER VIEW ${name} AS ${query};\n`;
const grant = (rights, table, role) =>
  `GRANT ${rights} ON migrated.${table} TO ${account(role)};\n`;

const GRANTS = grant('SELECT', 'schema_file', 'reader') + grant('SELECT', 'shown', 'reader') +
  grant('SELECT, INSERT, UPDATE', 'thing', 'writer') +
  grant('UPDATE (note, size)', 'part', 'writer');

let folder;
let config;

const client = () => ['--no-defaults', '--batch', '--skip-column-names',
  `--socket=${join(LIANCHA_VAR, 'run/mariadb.sock')}`, `--user=${userInfo().username}`];

// As the server's administrator: rows of columns.
function sql(query) {
  const out = execFileSync('mariadb', [...client(), '--execute', query], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

const write = (name, text) => writeFileSync(join(folder, 'schema', name), text);
const forget = (name) => rmSync(join(folder, 'schema', name));

// Its exit code, its result, what it said of a fault.
async function lianchactl(...args) {
  const child = spawn(LIANCHACTL, ['--config', config, '--json', ...args]);
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => { err += data; });
  const [code] = await once(child, 'close');
  return { code, err, ...(out && JSON.parse(out)) };
}

const migrate = () => lianchactl('migrate', '--schema', join(folder, 'schema'));

async function migrated(expected) {
  assert.deepEqual(await migrate(),
    { code: 0, err: '', version: 3, applied: 0, views: 0, given: 0, taken: 0, ...expected });
}

async function refused(pattern) {
  const { code, err } = await migrate();
  assert.notEqual(code, 0);
  assert.match(err, pattern);
}

const tables = () => sql("SELECT table_name FROM information_schema.tables " +
  "WHERE table_schema = 'migrated' ORDER BY 1").flat();

// "select thing", "update part.size": what an account holds in the database, from the server
// itself.
function rights(role) {
  return sql(`SHOW GRANTS FOR ${account(role)}`).flat().flatMap((line) => {
    const [, given, table] = line.match(/^GRANT (.*) ON `migrated`\.(\S+) TO/) ?? [];
    return given ? given.match(/[A-Z ]*[A-Z](?: \([^)]*\))?/g).flatMap((right) => {
      const [, privilege, columns] = right.match(/ *([A-Z ]*[A-Z])(?: \(([^)]*)\))?/);
      return (columns ?? '').split(', ').map((column) =>
        `${privilege} ${table}${column && '.'}${column}`.toLowerCase().replaceAll('`', ''));
    }) : [];
  }).sort();
}

const READER = ['select schema_file', 'select shown'];
const WRITER = ['insert thing', 'select thing', 'update part.note', 'update part.size',
  'update thing'];

function clear() {
  sql(`DROP DATABASE IF EXISTS migrated; DROP DATABASE IF EXISTS migrated2;
    DROP USER IF EXISTS ${ROLES.map(account).join()}`);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'liancha-migrate-'));
  config = join(folder, 'liancha.ini');
  const password = join(folder, 'password');
  writeFileSync(password, 'not-secret\n');
  let section;
  writeFileSync(config, readFileSync(LIANCHA_CONFIG, 'utf8').split('\n').map((line) => {
    section = line.match(/^\[(.*)\]/)?.[1] ?? section;
    const role = { migrate: 'owner', admin: 'reader' }[section];
    if (section === 'database') return line.replace(/^name=.*/, 'name=migrated');
    if (!role) return line;
    return line.replace(/^db_user=.*/, `db_user=migrated_${role}`)
      .replace(/^db_password_file=.*/, `db_password_file=${password}`);
  }).join('\n'));
});

beforeEach(() => {
  clear();
  sql(`CREATE DATABASE migrated;
    ${ROLES.map((role) => `CREATE USER ${account(role)} IDENTIFIED BY 'not-secret';`).join('')}
    GRANT ALL PRIVILEGES ON migrated.* TO ${account('owner')} WITH GRANT OPTION;
    ${['tables_priv', 'columns_priv', 'db'].map((table) =>
    `GRANT SELECT ON mysql.${table} TO ${account('owner')};`).join('')}`);
  rmSync(join(folder, 'schema'), { recursive: true, force: true });
  mkdirSync(join(folder, 'schema/views'), { recursive: true });
  copyFileSync(FIRST, join(folder, 'schema/0001_schema.sql'));
  write('0002_thing.sql', `-- A comment with a ; in it, and one's quote.
CREATE TABLE thing (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'a;''b\\';' COMMENT ";");
INSERT INTO thing VALUES (1, 'x;y'); /* ; */`);
  write('0003_part.sql', `CREATE TABLE part (id INT PRIMARY KEY, note TEXT, size INT,
    CONSTRAINT part_thing FOREIGN KEY (id) REFERENCES thing (id));
CREATE TABLE last (id INT PRIMARY KEY);`);
  write('views/shown.sql', view('shown', 'SELECT t.id FROM thing t'));
  write('grants.sql', GRANTS);
});

after(() => {
  clear();
  rmSync(folder, { recursive: true, force: true });
});

test('an empty database gets all, and a second run changes nothing', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  assert.deepEqual(tables(), ['last', 'part', 'schema_file', 'shown', 'thing']);
  assert.deepEqual(sql('SELECT * FROM migrated.thing'), [['1', 'x;y']]);
  assert.deepEqual(rights('reader'), READER);
  assert.deepEqual(rights('writer'), WRITER);
  await migrated();
});

test('an applied file that was edited is refused, and told is what to do', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('0002_thing.sql', 'CREATE TABLE thing (id INT PRIMARY KEY);');
  await refused(/结构文件被改动.*--fresh.*：0002_thing\.sql/);
});

test('a database of another schema, or of something else, is refused', async () => {
  sql('CREATE TABLE migrated.schema_migration (version INT PRIMARY KEY)');
  await refused(/不是空的.*--fresh/);
  assert.deepEqual(tables(), ['schema_migration']);
});

test('a database with files that the folder does not have is refused', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  forget('0003_part.sql');
  await refused(/更新.*0003_part\.sql/);
});

test('a file that the server refuses at once is named, and may be mended', async () => {
  write('0003_part.sql',
    'CREATE TABLE part (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES x (id));');
  await refused(/第 1 条语句.*：0003_part\.sql/);
  write('0003_part.sql', 'CREATE TABLE part (id INT PRIMARY KEY, note TEXT, size INT);');
  await migrated({ applied: 1, views: 1, given: 7 });
});

test('a table that somebody else made is not taken for what a file makes', async () => {
  write('0003_part.sql', 'CREATE TABLE part (id INT PRIMARY KEY); CREATE TABLE part (id INT);');
  await refused(/第 2 条语句.*1050/);
  await refused(/第 2 条语句.*1050/);
});

test('a run that was killed at a statement is gone on with there', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('0004_more.sql', `CREATE TABLE more (id INT PRIMARY KEY);
ALTER TABLE thing ADD COLUMN size INT; CREATE TABLE end (id INT PRIMARY KEY);`);
  const holder = spawn('mariadb', [...client(), '--unbuffered']);
  holder.stdin.write('BEGIN; SELECT id FROM migrated.thing;\n');
  await once(holder.stdout, 'data'); // which keeps the ALTER waiting
  const run = spawn(LIANCHACTL,
    ['--config', config, 'migrate', '--schema', join(folder, 'schema')]);
  const threads = () => sql("SELECT id FROM information_schema.processlist " +
    "WHERE user = 'migrated_owner' AND state LIKE 'Waiting for table metadata%'").flat();
  while (threads().length === 0) await sleep(20);
  run.kill('SIGKILL');
  await once(run, 'close');
  sql(threads().map((id) => `KILL ${id};`).join(''));
  while (threads().length > 0) await sleep(20);
  holder.stdin.end();
  await once(holder, 'close');
  assert.ok(!tables().includes('end'));
  await migrated({ version: 4, applied: 1 });
  assert.ok(tables().includes('end'));
  await migrated({ version: 4 });
});

test('a statement that ended while its run was killed is not run twice', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  const cut = (done) => sql(`UPDATE migrated.schema_file SET done = ${done}, begun = 1,
    applied_at = NULL WHERE name = '0003_part.sql'`);
  cut(1);
  await migrated({ applied: 1 });
  sql('DROP TABLE migrated.last');
  cut(0);
  await migrated({ applied: 1 });
  assert.ok(tables().includes('last'));
});

test('the first run of all may be cut off before it noted anything', async () => {
  sql(`USE migrated; ${readFileSync(FIRST, 'utf8')}`);
  await migrated({ applied: 3, views: 1, given: 7 });
});

test('a view that changes is made anew, one that goes is dropped with its rights', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('views/shown.sql', view('shown', 'SELECT t.id, t.name FROM thing t'));
  await migrated({ views: 1 });
  assert.deepEqual(sql('SELECT * FROM migrated.shown'), [['1', 'x;y']]);
  assert.deepEqual(rights('reader'), READER);
  forget('views/shown.sql');
  write('grants.sql', GRANTS.replace(/.*shown.*\n/, ''));
  await migrated({ views: 1, taken: 1 });
  assert.ok(!tables().includes('shown'));
  assert.deepEqual(rights('reader'), ['select schema_file']);
});

test('a view that the server refuses is named, and the one before stays', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('views/shown.sql', view('shown', 'SELECT nothing FROM thing'));
  await refused(/第 1 条语句.*：views\/shown\.sql/);
  assert.deepEqual(sql('SELECT * FROM migrated.shown'), [['1']]);
  forget('views/shown.sql');
  write('grants.sql', GRANTS.replace(/.*shown.*\n/, ''));
  await migrated({ views: 1, taken: 1 });
});

test('a view is named as its file', async () => {
  write('views/shown.sql', view('seen', 'SELECT t.id FROM thing t'));
  await refused(/VIEW shown AS.*：views\/shown\.sql/);
});

test('rights that grants.sql no longer gives are taken, all others stay', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('grants.sql', GRANTS.replace('INSERT, UPDATE', 'INSERT').replace(', size', ''));
  await migrated({ taken: 2 });
  assert.deepEqual(rights('writer'), ['insert thing', 'select thing', 'update part.note']);
  assert.deepEqual(rights('reader'), READER);
});

test('a right to a table may shrink to some of its columns', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  write('grants.sql', GRANTS.replace('UPDATE ON', 'UPDATE (name) ON'));
  await migrated({ given: 2, taken: 1 }); // the server takes the column's with the table's
  assert.deepEqual(rights('writer'), [...WRITER.slice(0, -1), 'update thing.name']);
  await migrated();
});

test('rights given by hand are taken back, those of others and elsewhere are not', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  sql(`CREATE DATABASE migrated2;
    GRANT DELETE, ALTER ON migrated.thing TO ${account('writer')} WITH GRANT OPTION;
    GRANT SELECT (id) ON migrated.part TO ${account('reader')};
    GRANT SELECT, CREATE ON migrated.* TO ${account('reader')};
    GRANT SELECT ON migrated2.* TO ${account('reader')}`);
  await migrated({ taken: 5 });
  assert.deepEqual(rights('writer'), WRITER);
  assert.deepEqual(rights('reader'), READER);
  assert.equal(sql(`SHOW GRANTS FOR ${account('reader')}`).flat()
    .filter((line) => line.includes('`migrated2`.*')).length, 1);
  await migrated();
});

test('rights that an account lost are given again', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  sql(`DROP USER ${account('writer')}; CREATE USER ${account('writer')}`);
  await migrated({ given: 5 });
  assert.deepEqual(rights('writer'), WRITER);
});

test('grants.sql gives rights to rows on this machine, and nothing else', async () => {
  for (const text of [grant('DROP', 'thing', 'writer'), grant('SELECT', '*', 'writer'),
    grant('SELECT (id', 'thing', 'writer'), grant('SELECT (id) x, INSERT', 'thing', 'writer'),
    "GRANT SELECT ON mysql.user TO 'migrated_writer'@'localhost';",
    "GRANT SELECT ON migrated.thing TO 'migrated_writer'@'%';", 'DROP TABLE thing;']) {
    write('grants.sql', text);
    await refused(/授权语句应为.*：grants\.sql/);
    assert.deepEqual(rights('writer'), [], text);
  }
});

test('a program refuses a database made by other files, or not to the end', async () => {
  await migrated({ applied: 3, views: 1, given: 7 });
  const { code, err } = await lianchactl('audit', 'verify');
  assert.equal(code, 3);
  assert.match(err, /数据库结构（第 3 版，[0-9a-f]{12}）不是本程序需要的（第 \d+ 版，[0-9a-f]{12}）/);
});
