#!/usr/bin/env node
// grants.mjs PROGRAM SECTION TEST - the statements that PROGRAM can run are prepared, by TEST, with
// the database account that SECTION of LIANCHA_CONFIG names: whichever right schema/grants.sql does
// not give is missed here, not by a request.
//
// All statements of a file of the store are linked with the first of them. Which the program can
// run says its linker: it drops the functions that nothing calls, and kept all relocations; a
// statement counts when something else than the table of all statements points to it.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// What is linked, and not run by that program or not with that account.
const NOT_RUN = {
  // The runtime audits the routes that write: objections and ratings are on record by themselves,
  // and the metrics have none.
  'liancha-public': /^audit_(chain_lock|chain_move|event_insert)$/,
  'liancha-watch': /^audit_(chain_lock|chain_move|event_insert)$/,
  // feed_write, of items of visits: phones do not change who is assigned, nor a department;
  // commands write the dictionary only.
  'liancha-mobile': /^feed_stmt_shared$/,
  // `lianchactl migrate` has the account of the schema's owner.
  lianchactl: /^(schema_(found|lock)|file_.*|grant_.*|feed_stmt_assigned)$/,
};

const [program, section, test] = process.argv.slice(2);
// `lianchactl draw run` and `lianchactl status` have accounts of their own, which alone run these.
const OWN = {
  draw: new RegExp('^(campaign_.*|draw_(select_campaign|part_select|(result|drawn|row)_.*)|' +
    'rule_calendar_select|(assignment|match|pool|roster)_.*)$'),
  watch: /^watch_/,
};
const elsewhere = (name) => basename(program) === 'lianchactl' &&
  (Object.keys(OWN).find((account) => OWN[account].test(name)) ?? 'admin') !== section;
const run = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n');

const objects = new Map(); // what begins at an address
for (const line of run('nm', program)) {
  const [address, kind, name] = line.trim().split(/\s+/);
  if (/^[dDrR]$/.test(kind ?? '')) objects.set(BigInt(`0x${address}`), name);
}

const tabled = new Set(); // by db_stmts, which points to all
const used = new Set();
let target = null;
for (const line of run('readelf', '-rW', program)) {
  const head = /^Relocation section '\.rela\.?([^']*)'/.exec(line);
  if (head) {
    target = { db_stmts: tabled, dyn: null, plt: null }[head[1]];
    if (target === undefined) target = used;
    continue;
  }
  const entry = /^[0-9a-f]+ +[0-9a-f]+ +(\S+) +([0-9a-f]+) \S* ?([-+]) ([0-9a-f]+)$/.exec(line);
  if (!entry || !target) continue;
  const [, type, value, sign, addend] = entry;
  let address = BigInt(`0x${value}`) + BigInt(`${sign === '-' ? -1 : 1}`) * BigInt(`0x${addend}`);
  if (/^R_X86_64_(PC|PLT)32$/.test(type)) address += 4n; // from behind the operand
  if (objects.has(address)) target.add(objects.get(address));
}

const statements = [...tabled].filter(
  (name) => used.has(name) && !NOT_RUN[basename(program)]?.test(name) && !elsewhere(name),
);
if (statements.length === 0) throw new Error(`${program}: no statement found`);
console.log(`${basename(program)}: ${statements.length} of ${tabled.size} statements linked`);

// The pusher's settings want the credit platform's credential, which no test of the store has.
const folder = mkdtempSync(join(tmpdir(), 'liancha-grants-'));
const [config, credential] = [join(folder, 'liancha.ini'), join(folder, 'credential')];
writeFileSync(credential, 'app_id=synthetic\nsecret=synthetic\n');
writeFileSync(
  config,
  readFileSync(process.env.LIANCHA_CONFIG, 'utf8').replace(
    /^credential_file=.*$/m,
    `credential_file=${credential}`,
  ),
);
const { status } = spawnSync(test, [section], {
  env: { ...process.env, LIANCHA_CONFIG: config },
  input: `${statements.sort().join('\n')}\n`,
  stdio: ['pipe', 'inherit', 'inherit'],
});
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
