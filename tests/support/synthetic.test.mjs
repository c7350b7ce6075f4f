// The synthetic directory holds what the main job promises of it, read back from the files.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generate, readCsv, registrationValid, TABLES, usccCheck, usccValid }
  from '../../conf/main-job/synthetic.mjs';
import { formatCsv, parseCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { organisationCheck } from '../../conf/main-job/synthetic/codes.mjs';
import { apportion } from '../../conf/main-job/synthetic/subjects.mjs';

const SCHEMA = new URL('../../schema/', import.meta.url);
const reference = (name) => readCsv(new URL(`reference/${name}.csv`, SCHEMA));

let dir;
let summary;
let subjects;
let inspectors;
let departments;
let plans;

// {directory code: Set of specialties} of a subject's row.
function standing(row) {
  return Object.fromEntries(row.directories.split(';').filter((entry) => entry !== '')
    .map((entry) => {
      const [code, specialties] = entry.split(':');
      return [code, new Set((specialties ?? row.specialties).split(/[+;]/))];
    }));
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'liancha-synthetic-'));
  summary = generate({ seed: 'test', outDir: dir });
  subjects = readCsv(join(dir, 'subjects.csv')).map((row) => ({
    ...row, all: row.specialties.split(';'), standing: standing(row) }));
  inspectors = readCsv(join(dir, 'inspectors.csv'));
  departments = readCsv(join(dir, 'departments.csv'));
  plans = JSON.parse(readFileSync(join(dir, 'plans.json'), 'utf8'));
});
after(() => rmSync(dir, { recursive: true }));

// The cells of a printed table, by region code and specialty code; written anew for the test.
function tableCells(path) {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n').map((l) => l.split(','));
  const specialty = Object.fromEntries(reference('specialties').map((r) => [r.name, r.code]));
  const region = Object.fromEntries(reference('regions').map((r) => [r.name, r.code]));
  Object.assign(region, { 市本级: '410400', 汝州: '410482' });
  return lines.filter(([name]) => name !== '合计').flatMap((line) => head.slice(2).map((name, i) =>
    ({ region: region[line[0]], specialty: specialty[name], count: Number(line[i + 2]) })));
}

function inCell(directory, region, specialty) {
  return subjects.filter((s) => s.region === region && s.standing[directory]?.has(specialty));
}

function quotasOf(plan) {
  return plan.quotas ?? tableCells(join(dir, plan.table));
}

test('the same seed gives the same bytes, another seed others', () => {
  const again = mkdtempSync(join(tmpdir(), 'liancha-synthetic-'));
  const files = readdirSync(dir).sort();
  const cli = fileURLToPath(new URL('../../conf/main-job/synthetic.mjs', import.meta.url));
  const out = execFileSync(process.execPath, [cli, '--seed', 'test', '--out', again]);
  assert.deepEqual(JSON.parse(out), summary);
  assert.deepEqual(readdirSync(again).sort(), files);
  for (const file of files)
    assert.deepEqual(readFileSync(join(again, file)), readFileSync(join(dir, file)), file);
  generate({ seed: 'other', outDir: again });
  for (const file of ['subjects.csv', 'inspectors.csv'])
    assert.notDeepEqual(readFileSync(join(again, file)), readFileSync(join(dir, file)), file);
  rmSync(again, { recursive: true });
});

test('each cell of both tables stands at the ratio of the notice', () => {
  const ratios = { national: [0.0943, 1492], municipal: [0.0564, 838] };
  for (const [name, [ratio, drawn]] of Object.entries(ratios)) {
    const cells = tableCells(TABLES[name]);
    assert.equal(cells.length, 121);
    for (const { region, specialty, count } of cells) {
      const size = inCell(`H410400-${name}`, region, specialty).length;
      assert.equal(size, Math.max(count, Math.round(count / ratio)), `${region} ${specialty}`);
    }
    const slots = subjects.reduce((n, s) => n + (s.standing[`H410400-${name}`]?.size ?? 0), 0);
    const quota = cells.reduce((n, cell) => n + cell.count, 0);
    assert.ok(Math.abs(quota / slots - ratio) < 0.0005, `${name}: ${quota} of ${slots}`);
    assert.ok(Math.abs(quota - drawn) < 60);
  }
});

test('every quota can be drawn from open subjects', () => {
  for (const plan of plans)
    for (const { region, specialty, count } of quotasOf(plan)) {
      const open = inCell(plan.directory, region, specialty).filter((s) => s.state === 'open');
      assert.ok(open.length >= count, `${plan.code} ${region} ${specialty}`);
    }
  const closed = subjects.filter((s) => s.state === 'closed').length;
  assert.equal(closed, Math.round(subjects.length * 0.01));
  assert.ok(subjects.every((s) => ['open', 'closed'].includes(s.state)));
});

test('credit classes are exact over all, and near in each large directory', () => {
  const shares = { A: 4.24, B: 92.05, C: 3.18, D: 0.53 };
  const floors = Object.entries(shares).map(([name, share]) =>
    ({ name, exact: subjects.length * share / 100 }));
  for (const { name, exact } of floors) {
    const count = subjects.filter((s) => s.credit_class === name).length;
    assert.ok(Math.abs(count - exact) < 1, `${name}: ${count} for ${exact}`);
  }
  for (const directory of ['H410400-national', 'H410400-municipal']) {
    const members = subjects.filter((s) => s.standing[directory]);
    for (const [name, share] of Object.entries(shares)) {
      const found = 100 * members.filter((s) => s.credit_class === name).length / members.length;
      assert.ok(Math.abs(found - share) < 0.15, `${directory} ${name}: ${found}`);
    }
  }
  assert.deepEqual(apportion(10, { a: 1, b: 1, c: 1 }), { a: 4, b: 3, c: 3 });
  assert.deepEqual(apportion(7, { a: 50, b: 30, c: 20 }), { a: 4, b: 2, c: 1 });
});

test('the code rules: published examples', () => {
  assert.ok(usccValid('91350100M000100Y43'));          // the usual example of GB 32100-2015
  assert.ok(!usccValid('91350100M000100Y44'));
  assert.ok(!usccValid('91350100M000100I43'));
  assert.equal(organisationCheck('D2143569'), 'X');    // the usual example of GB 11714
  assert.ok(registrationValid('110108000000016'));     // the usual example of GS 15-2006
  assert.ok(!registrationValid('110108000000017'));
});

test('codes are unique, of their region, valid but for the few that are meant', () => {
  assert.equal(new Set(subjects.map((s) => s.code)).size, subjects.length);
  let old = 0;
  let wrong = 0;
  for (const { code, region } of subjects) {
    if (code.length === 15) {
      old++;
      assert.ok(registrationValid(code), code);
      assert.equal(code.slice(0, 6), region);
      continue;
    }
    assert.match(code, /^(12|52|91|92)[0-9]{6}HC[0-9]{6}[0-9X][0-9A-HJ-NPQRTUWXY]$/);
    assert.equal(code.slice(2, 8), region);
    assert.equal(organisationCheck(code.slice(8, 16)), code[16]);
    if (usccCheck(code.slice(0, 17)) !== code[17]) wrong++;
  }
  assert.equal(old, Math.round(subjects.length * 0.002));
  assert.equal(wrong, Math.round(subjects.length * 0.001));
});

test('one to four specialties each, all of the directory\'s department kind', () => {
  const kindOf = new Map(reference('specialties').map((row) => [row.code, row.department_kind]));
  const departmentKind = new Map(departments.map((row) => [row.code, row.kind]));
  const directoryKind = new Map(readCsv(join(dir, 'directories.csv'))
    .map((row) => [row.code, departmentKind.get(row.department)]));
  const seen = new Set();
  for (const subject of subjects) {
    seen.add(subject.all.length);
    assert.equal(new Set(subject.all).size, subject.all.length);
    const placed = new Set();
    for (const [directory, specialties] of Object.entries(subject.standing))
      for (const specialty of specialties) {
        placed.add(specialty);
        assert.ok(subject.all.includes(specialty), `${subject.code} ${specialty}`);
        assert.equal(kindOf.get(specialty), directoryKind.get(directory), subject.directories);
      }
    assert.deepEqual([...placed].sort(), [...subject.all].sort(), subject.code);
  }
  assert.deepEqual([...seen].sort(), [1, 2, 3, 4]);
});

test('the directories overlap, so that visits can be joined', () => {
  const members = (directory) => subjects.filter((s) => s.standing[directory]);
  const both = subjects.filter((s) =>
    s.standing['H410400-national'] && s.standing['H410400-municipal']).length;
  const smaller = Math.min(members('H410400-national').length, members('H410400-municipal').length);
  assert.ok(both / smaller > 0.75, `${both} of ${smaller}`);
  for (const directory of ['M410400-market', 'E410400-school', 'F410400-fire']) {
    const all = members(directory);
    const health = all.filter((s) => Object.keys(s.standing).some((d) => d.startsWith('H')));
    assert.ok(health.length / all.length > 0.8, `${directory}: ${health.length} of ${all.length}`);
  }
});

test('names, places and marks are plainly synthetic and in form', () => {
  const regions = new Map(reference('regions').map((row) => [row.code, row.name]));
  for (const s of subjects) {
    assert.match(s.name, /^合成样例第[0-9]{6}号\p{Script=Han}+$/u);
    assert.match(s.address, /^河南省平顶山市.*合成样例路[0-9]+号$/);
    assert.ok(s.region === '410400' || s.address.includes(regions.get(s.region)));
    assert.match(s.lon, /^11[23]\.[0-9]{6}$/);
    assert.match(s.lat, /^3[34]\.[0-9]{6}$/);
    assert.equal(s.synthetic, '1');
    assert.match(s.key, /^[01]$/);
    assert.match(s.complaints, /^[0-3]$/);
    assert.ok(s.verified_on > '2026-05-03' && s.verified_on <= '2026-10-23', s.verified_on);
  }
  assert.equal(new Set(subjects.map((s) => s.name)).size, subjects.length);
});

test('inspectors: three deep on duty for whatever their department draws', () => {
  assert.equal(new Set(inspectors.map((row) => row.card_no)).size, inspectors.length);
  for (const row of inspectors) {
    assert.match(row.name, /^合成执法员-[0-9]{4}$/);
    assert.match(row.card_no, /^HC-[HMEF][0-9]{6}-[0-9]{3}$/);
    assert.ok(row.card_expires_on.startsWith('2029-'));
    assert.equal(row.synthetic, '1');
  }
  for (const plan of plans)
    for (const { region, specialty, count } of quotasOf(plan)) {
      if (count === 0) continue;
      const kind = departments.find((d) => d.code === plan.department).kind;
      const executing = departments.find((d) => d.kind === kind && d.region === region)?.code ??
        plan.department;
      const able = inspectors.filter((row) => row.department === executing &&
        row.on_duty === '1' && row.specialties.split(';').includes(specialty) &&
        (row.areas === '' || row.areas.split(';').includes(region)));
      assert.ok(able.length >= 3, `${executing} ${specialty}`);
      const room = able.reduce((sum, row) => sum + Number(row.max_total), 0);
      assert.ok(room >= 2 * count, `${executing} ${specialty}: ${room}`);
    }
});

test('plans, items and departments refer to what exists', () => {
  const codes = (rows) => new Set(rows.map((row) => row.code));
  const directories = codes(readCsv(join(dir, 'directories.csv')));
  const specialties = codes(reference('specialties'));
  assert.equal(plans.length, 5);
  for (const plan of plans) {
    assert.match(plan.code, /^410400[0-9]{4}1[0-9]{3}$/);
    assert.ok(directories.has(plan.directory) && codes(departments).has(plan.department));
    assert.equal(plan.table === undefined, plan.quotas !== undefined);
  }
  assert.deepEqual(plans.slice(2).map((plan) => plan.quotas.reduce((n, q) => n + q.count, 0)),
    [60, 40, 50]);
  const items = readCsv(join(dir, 'items.csv'));
  assert.equal(codes(items).size, items.length);
  for (const specialty of specialties)
    assert.ok(items.filter((item) => item.specialty === specialty).length >= 2, specialty);
  for (const item of items) {
    assert.ok(specialties.has(item.specialty));
    assert.match(item.category, /^(general|key)$/);
    assert.match(item.method, /^(onsite|written|network|entrusted)$/);
    assert.match(item.legal_basis, /^《/);
    assert.equal(item.version, '1');
  }
});

test('reference data are whole', () => {
  const regions = reference('regions');
  assert.equal(regions.length, 11);
  assert.deepEqual(reference('specialties').map((row) => Number(row.position)),
    Array.from({ length: 15 }, (_, i) => i + 1));
  const classes = Object.fromEntries(reference('result-codes')
    .map((row) => [row.code, row.result_class]));
  assert.equal(Object.keys(classes).length, 18);
  assert.deepEqual(Object.fromEntries(Object.entries(classes).filter(([, c]) => c !== '')),
    { 1: 'no_problem', A: 'penalty', E: 'corrected', 6: 'unreachable', 7: 'unreachable' });
  const rules = reference('rules');
  assert.equal(new Set(rules.map((row) => `${row.name} ${row.region}`)).size, rules.length);
  for (const row of rules) {
    assert.match(row.value, /^[0-9]+$/, row.name);
    assert.match(row.effective_from, /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/);
    assert.notEqual(row.source, '');
  }
  const kinds = new Set(reference('holidays').map((row) => row.kind));
  assert.deepEqual(kinds, new Set(['off', 'work']));
});

test('the csv reader and writer agree on quotes, commas and line ends', () => {
  const rows = [{ a: 'x,y', b: '说"好"' }, { a: '', b: 'one\ntwo' }];
  assert.deepEqual(parseCsv(formatCsv(['a', 'b'], rows)), rows);
  assert.deepEqual(parseCsv('a,b\r\n1,2\r\n'), [{ a: '1', b: '2' }]);
  assert.throws(() => parseCsv('a,b\n1\n'), /row 2/);
  assert.throws(() => parseCsv('a\n"x\n'), /does not end/);
});
