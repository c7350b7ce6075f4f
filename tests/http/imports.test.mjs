// imports.test.mjs - directories through the API: a report by line, the same file again, GB18030, a
// whole directory compared and applied, merged codes, and what a freeze makes of lists and history.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { get, post } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { HOME, MARKET, seed } from './world.mjs';
import { writeXlsx } from './xlsx.mjs';

const V1 = '/planner/v1';
const REGION = '410402';
const DAY = today();
const YEAR = DAY.slice(0, 4);
const COLUMNS = ['code', 'name', 'type', 'address', 'region', 'lon', 'lat', 'state', 'credit_class',
  'key', 'complaints', 'specialties', 'verified_on', 'synthetic', 'former_code'];
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);

const codeOf = (i) => makeUscc('91', REGION, 970000 + i);
const row = (i, more = {}) => ({ code: codeOf(i), name: `导入样例第${i}号`, type: '专科医院',
  address: `合成样例路${i}号`, region: REGION, lon: '113.3', lat: '33.7', state: 'open',
  credit_class: 'B', key: 0, complaints: 0, specialties: 'medical', verified_on: DAY, synthetic: 1,
  former_code: '', ...more });
const csv = (rows, columns = COLUMNS) => [columns.join(), ...rows.map((r) =>
  columns.map((name) => r[name]).join())].join('\n') + '\n';

let stack;
let world;
let planner;
let serial = 0;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  planner = await stack.office.role(HOME, 'planner');
});
after(() => stack?.stop());

function send(path, body, { token = planner.token, type = 'text/csv' } = {}) {
  return request(`${stack.base}${V1}${path}`, { method: 'POST', token, body,
    headers: { 'Content-Type': type } });
}

async function sent(path, body) { return expectJson(await send(path, body), 201); }

async function newDirectory(refreshedOn = DAY) {
  const code = `T-import-${++serial}`;
  await sent('/imports?kind=directories', csv([{ code, department: HOME, name: `导入测试 ${code}`,
    refreshed_on: refreshedOn }], ['code', 'department', 'name', 'refreshed_on']));
  return code;
}

async function newPlan(directory, { quotas, items } = {}) {
  const code = `410400${YEAR}7${String(++serial).padStart(3, '0')}`;
  await post(planner, `${V1}/plans`, { code, directory, name: '导入测试', ends_on: addDays(DAY, 90),
    ...(quotas && { quotas }), ...(items && { items }) });
  return code;
}

// The snapshot's lines of a fresh draw of that plan: subject -> [weight, reason]; and the reply.
async function freeze(plan) {
  await post(planner, `${V1}/plans/${plan}/file`);
  const { draws: [draw] } = await post(planner, `${V1}/campaigns`, { name: '导入测试', region: '410400',
    code: `C410400${DAY.replaceAll('-', '')}7${String(++serial).padStart(3, '0')}`,
    plans: [plan] });
  const reply = await post(planner, `${V1}/draws/${draw.code}/freeze`);
  const [[text]] = await stack.sql(`SELECT HEX(body) FROM snapshot_part p JOIN draw d ON d.id =
    p.draw_id WHERE d.code = '${draw.code}'`);
  const lines = Buffer.from(text, 'hex').toString().split('\n').slice(1, -1);
  return { reply, lines: Object.fromEntries(lines.map((line) => {
    const [subject, , weight, reason] = line.split('\t');
    return [subject, [Number(weight), reason]];
  })) };
}

const counts = ({ accepted, created, changed, unchanged, flagged, refused }) =>
  [accepted, created, changed, unchanged, flagged, refused];

test('by lianchactl from however long a path: the audit log names its end', async () => {
  const folder = join(stack.var, ...Array(3).fill('很长的目录名'.repeat(10)));
  const file = join(folder, '名录.csv');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, csv([{ code: `T-import-${++serial}`, department: HOME, name: '导入测试',
    refreshed_on: DAY }], ['code', 'department', 'name', 'refreshed_on']));
  await stack.office.ctl(['import', 'directories', file]);
  const [[target]] = await stack.sql("SELECT target FROM audit_event WHERE action = 'import'" +
    ' ORDER BY at DESC, seq DESC LIMIT 1');
  assert.match(target, /^directories:…/);
  assert.ok(file.endsWith(target.slice('directories:…'.length)) && target.length > 100, target);
});

describe('a file of subjects', () => {
  const rows = [row(1), row(2), row(3, { region: '999999' }),
    row(4, { code: '91410402XX9700040X' }),
    row(5, { lon: 'x' }), row(2, { name: '同一对象', verified_on: addDays(DAY, -1) })];

  test('is reported by line, and the same again changes nothing', async () => {
    const directory = await newDirectory();
    const first = await sent(`/directories/${directory}/imports`, csv(rows));
    assert.deepEqual(counts(first), [4, 3, 0, 1, 2, 2]);
    assert.deepEqual([first.state, first.encoding, first.last_line], ['done', 'UTF-8', 7]);
    const { lines } = await get(planner, `${V1}/imports/${first.id}/lines`);
    assert.deepEqual(lines.map(({ line, outcome, field }) => [line, outcome, field]),
      [[4, 'refused', 'region'], [5, 'flagged', 'code'], [6, 'refused', 'lon'],
        [7, 'flagged', 'code']]);
    const sums = await stack.checksums();
    const again = await sent(`/directories/${directory}/imports`, csv(rows));
    assert.deepEqual(counts(again), [4, 0, 0, 4, 2, 2]);
    const now = await stack.checksums();
    for (const table of ['liancha.subject', 'liancha.directory_entry', 'liancha.directory'])
      assert.equal(now[table], sums[table], table);
  });

  test('may be in GB18030, detected or told, with lines that are no text refused', async () => {
    const directory = await newDirectory();
    const gb = (text) => execFileSync('iconv', ['-f', 'utf-8', '-t', 'gb18030'], { input: text });
    const rare = row(11, { name: '㐂𠮷饭店€' });
    const reply = await sent(`/directories/${directory}/imports`, gb(csv([rare, row(12)])));
    assert.deepEqual([reply.encoding, ...counts(reply)], ['GB18030', 2, 2, 0, 0, 0, 0]);
    const [[name]] = await stack.sql(`SELECT HEX(name) FROM subject WHERE code = '${rare.code}'`);
    assert.equal(Buffer.from(name, 'hex').toString(), rare.name);
    const broken = Buffer.concat([gb(csv([rare])), Buffer.from([0xff, 0x2c, 0x0a]), gb('\n')]);
    expectProblem(await send(`/directories/${directory}/imports`, broken), 400, 'malformed');
    const told = await sent(`/directories/${directory}/imports?encoding=gb18030`, broken);
    assert.deepEqual(counts(told), [1, 0, 0, 1, 0, 1]);
  });

  test('is a department\'s own, and bounded', async () => {
    const directory = await newDirectory();
    const path = `/directories/${directory}/imports`;
    const market = await stack.office.role(MARKET, 'planner');
    const reviewer = await stack.office.role(HOME, 'reviewer');
    expectProblem(await send(path, csv([row(1)]), { token: market.token }), 403, 'forbidden');
    expectProblem(await send(path, csv([row(1)]), { token: reviewer.token }), 403,
      'forbidden');
    expectProblem(await send('/directories/none/imports', csv([row(1)])), 404, 'not-found');
    expectProblem(await send(path, csv([row(1)]), { type: 'application/json' }), 415,
      'unsupported-media-type');
    expectProblem(await send(path, ''), 422, 'invalid');
    expectProblem(await send(path, csv([row(1)], COLUMNS.slice(1))), 422, 'invalid');
    expectProblem(await send(`${path}?mode=other`, csv([row(1)])), 422, 'invalid');
    expectProblem(await send(path, Buffer.alloc((8 << 20) + 1, 65)), 413, 'too-large');
    const large = await sent(path, `${csv([])}${`${'x'.repeat(1000)}\n`.repeat(4000)}`);
    assert.equal(large.refused, 4000);
    const { id } = await sent(path, csv([row(1)]));
    for (const what of ['', '/lines', '/changes', '/lines?format=csv'])
      expectProblem(await market.get(`${V1}/imports/${id}${what}`), 403, 'forbidden');
  });

  test('comes back as a report for a spreadsheet', async () => {
    const directory = await newDirectory();
    const bad = row(5, { name: '', code: '=1+1234567' });
    const { id } = await sent(`/directories/${directory}/imports`, csv([bad]));
    const res = await planner.get(`${V1}/imports/${id}/lines?format=csv`);
    assert.equal(res.status, 200);
    assert.match(res.headers['content-type'], /^text\/csv/);
    assert.match(res.text, /^\uFEFF"行号","结果","列","代码","说明"\r\n/);
    assert.match(res.text, /\n2,"拒绝","name","'=1\+1234567","“name”不得为空/);
  });
});

// Whole files as an office sent them: subjects of the district, one line of the report each.
describe('a file as spreadsheets leave it', () => {
  const ENGLISH = `${COLUMNS.slice(0, -1).join()}\r\n`;
  const line = (code, { region = REGION, key = '0', verified = DAY, synthetic = '1' } = {}) =>
    `${code},导入样例,餐馆,合成路1号,${region},113.29,33.74,open,B,${key},0,public_places,` +
    `${verified},${synthetic}\r\n`;
  const [one, two, three, four] = [71, 72, 73, 74].map(codeOf);
  const day = DAY.split('-').map(Number);
  const CASES = [
    ['dates and yes or no', ENGLISH + line(one, { verified: day.join('/') }) +
      line(two, { key: 'FALSE', synthetic: 'TRUE' }), 2],
    ['padding columns', `${ENGLISH.trim()},,\r\n${line(one).trim()},,\r\n`, 1],
    ['padding rows', `${ENGLISH}${line(one)},,,,,,,,,,,,,\r\n,,,,,,,,,,,,,\r\n`, 1],
    ['scientific notation', ENGLISH + line('4.10402E+14') + line('4.10402E+14') +
      line('9.14104E+17'), 0, [2, 'code', /科学记数/]],
    ['shells of text', `${ENGLISH}${line(`="${one}"`)}${line(`'${two}`)}` +
      line(`"=""${three}"""`), 3],
    ['blank lines', `${ENGLISH}${line(one)}\r\n\r\n${line(two, { region: '999999' })}`, 1,
      [5, 'region', /999999.*新华区（410402）/]],
    ['invisible characters', ENGLISH + line(`\u202a${one}\u202c`) + line(`\u2068${two}\u2069`) +
      line(three.replace(/^..../, '$&\u00ad')), 3],
    ['letters for digits', ENGLISH + line(one.replaceAll('0', 'O')), 0,
      [2, 'code', new RegExp(`改为 ${one}`)]],
    ['a telephone in a name', ENGLISH + line(one).replace('导入样例', '样例13800138000'), 1,
      [2, 'name', /电话/]],
  ];

  for (const [what, body, accepted, remark] of CASES)
    test(what, async () => {
      const directory = await newDirectory();
      const reply = await sent(`/directories/${directory}/imports`, body);
      const { lines } = await get(planner, `${V1}/imports/${reply.id}/lines`);
      assert.equal(reply.accepted, accepted, JSON.stringify(lines));
      if (!remark) assert.deepEqual(lines, []);
      else {
        assert.deepEqual([lines[0].line, lines[0].field], remark.slice(0, 2));
        assert.match(lines[0].reason, remark[2]);
      }
    });

  const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const workbook = [['检查对象名录（合成）'], [], ['统一社会信用代码', '单位名称', '地址',
    '县（市）区', '经营状态', '信用等级', '专业', '核实日期', null, '投诉次数'],
  [four, '导入样例', '合成路1号', '新华区', '营业', 'B', '公共场所、学校卫生', new Date(DAY), null, 3],
  [], [914104020000123456, '导入样例', '合成路1号', '新华区', '营业', 'B', '公共场所', new Date(DAY)]];

  test('a workbook is read by its rows, its dates and what is left of its numbers', async () => {
    const directory = await newDirectory();
    const path = `/directories/${directory}/imports`;
    const reply = expectJson(await send(path, writeXlsx(workbook, '名录'), { type: WORKBOOK }), 201);
    assert.deepEqual([reply.encoding, ...counts(reply)], ['XLSX', 1, 1, 0, 0, 0, 1]);
    const { lines } = await get(planner, `${V1}/imports/${reply.id}/lines`);
    assert.deepEqual([lines[0].line, lines[0].field], [6, '统一社会信用代码']);
    assert.match(lines[0].reason, /科学记数/);
    const [[verified, complaints]] = await stack.sql(
      `SELECT verified_on, complaints FROM subject WHERE code = '${four}'`);
    assert.deepEqual([verified, complaints], [DAY, '3']);
    const sheet = `${path}?sheet=${encodeURIComponent('名录')}`;
    expectJson(await send(sheet, writeXlsx(workbook, '名录')), 201);
    expectProblem(await send(sheet, writeXlsx(workbook), { type: WORKBOOK }), 422, 'invalid');
    expectProblem(await send(path, 'PK\x03\x04', { type: WORKBOOK }), 400, 'malformed');
  });

  test('what a workbook hides is imported and told: its lines, its columns, its sheet', async () => {
    const directory = await newDirectory();
    const path = `/directories/${directory}/imports`;
    const line = (code) => [code, '导入样例', '合成路1号', '新华区', '营业', 'B', '公共场所',
      new Date(DAY), null, 3];
    const rows = [workbook[2], line(one), line(two), line(three)];
    const linesOf = async (hidden) => {
      const reply = expectJson(await send(`${path}?sheet=${encodeURIComponent('名录')}`,
        writeXlsx(rows, '名录', hidden), { type: WORKBOOK }), 201);
      assert.deepEqual([reply.accepted, reply.refused], [3, 0]);
      const { lines } = await get(planner, `${V1}/imports/${reply.id}/lines`);
      assert.ok(lines.every(({ outcome }) => outcome === 'flagged'));
      return lines.map(({ line: n, reason }) => [n, reason]);
    };
    assert.deepEqual(await linesOf({}), []);
    assert.deepEqual(await linesOf({ rows: [3, 4] }),
      [3, 4].map((n) => [n, '该行在工作簿中是隐藏的，已导入，请核对']));
    assert.deepEqual(await linesOf({ columns: [9, 10] }),
      [[2, '列“投诉次数”在工作簿中是隐藏的，已导入，请核对']]);
    assert.deepEqual(await linesOf({ sheet: true }), [[2, '工作表是隐藏的，已导入，请核对']]);
  });

  test('a licence is shown as it is printed, and a note below the table does not hold a refresh',
    async () => {
      const directory = await newDirectory();
      const path = `/directories/${directory}/imports`;
      const printed = '豫卫公证字〔2023〕第0402771号';
      const { id, skipped, refused } = await sent(`${path}?mode=refresh`,
        '许可证号,单位名称,地址,区划,状态,信用等级,专业,核实日期\n' +
        `${printed},导入样例,合成路1号,新华区,营业,B,公共场所,${DAY}\n` +
        '制表人：合成人,审核人：合成人,,,,,,\n');
      assert.deepEqual([skipped, refused], [1, 0]);
      const { lines } = await get(planner, `${V1}/imports/${id}/lines`);
      assert.deepEqual(lines.map(({ line, outcome }) => [line, outcome]),
        [[2, 'flagged'], [3, 'skipped']]);
      await post(planner, `${V1}/imports/${id}/apply`);
      const { subjects } = await get(planner, `${V1}/directories/${directory}/subjects`);
      assert.deepEqual(subjects.map(({ licence }) => licence), [printed]);
    });

  test('a workbook by lianchactl', async () => {
    const directory = await newDirectory();
    const file = join(stack.var, '名录.xlsx');
    writeFileSync(file, writeXlsx(workbook.slice(0, 4), '名录'));
    const { out } = await stack.office.ctl(['import', 'subjects', file, '--refresh', directory,
      '--sheet', '名录']);
    assert.deepEqual([out.encoding, out.state, out.accepted], ['XLSX', 'review', 1]);
  });

  test('headers of its own are mapped by the caller', async () => {
    const directory = await newDirectory();
    const path = `/directories/${directory}/imports`;
    const body = '名录（合成）\n社会码,单位名称,地址,县（市）区,经营状态,信用等级,专业,核实日期,天气\n' +
      `${one},导入样例,合成路1号,新华区,营业,B,公共场所,${day.join('.')},晴\n`;
    const refused = expectProblem(await send(path, body), 422, 'invalid');
    assert.match(refused.detail, /“社会码”“天气”/);
    const columns = encodeURIComponent('社会码=code;天气=-');
    const reply = await sent(`${path}?columns=${columns}`, body);
    assert.deepEqual(counts(reply).slice(0, 1), [1]);
  });
});

describe('inspectors, items', () => {
  test('of the own department only', async () => {
    const columns = ['card_no', 'name', 'department', 'card_expires_on', 'specialties', 'areas',
      'on_duty', 'max_daily', 'max_total', 'synthetic'];
    const one = (card, department) =>
      ({ card_no: card, name: '测试', department, specialties: 'medical',
      card_expires_on: addDays(DAY, 300), areas: '410400', on_duty: 0, max_daily: 1, max_total: 1,
      synthetic: 1 });
    const body = csv([one('T-imp-1', HOME), one('T-imp-2', MARKET),
      one(world.cards[3], HOME)], columns);
    assert.deepEqual(counts(await sent('/imports?kind=inspectors', body)), [1, 1, 0, 0, 0, 2]);
    assert.deepEqual(counts(await sent('/imports?kind=inspectors', body)), [1, 0, 0, 1, 0, 2]);
    // What a workbook hides is told by the first that is accepted, which another may precede.
    const cells = (each) => columns.map((name) => each[name]);
    const { id } = expectJson(await send('/imports?kind=inspectors', writeXlsx([columns,
      cells(one(world.cards[3], HOME)), cells(one('T-imp-1', HOME))], '人员', { columns: [8] })),
    201);
    const { lines } = await get(planner, `${V1}/imports/${id}/lines`);
    assert.deepEqual(lines.map(({ line, outcome, field }) => [line, outcome, field]),
      [[2, 'refused', 'card_no'], [3, 'flagged', 'max_daily']]);
    const item = (code, specialty, content = '内容') => ({ code, specialty, name: '测试事项',
      category: 'general', method: 'onsite', legal_basis: '测试依据', content, version: 1 });
    const itemColumns = ['code', 'specialty', 'name', 'category', 'method',
      'legal_basis', 'content',
      'version'];
    const items = (...list) => sent('/imports?kind=items', csv(list, itemColumns));
    assert.deepEqual(counts(await items(item('t-imp', 'medical'), item('t-fire', 'fire_safety'))),
      [1, 1, 0, 0, 0, 1]);
    assert.deepEqual(counts(await items(item('t-imp', 'medical', '改了'))), [0, 0, 0, 0, 0, 1]);
    expectProblem(await send('/imports?kind=subjects', csv([row(1)])), 422, 'invalid');
  });
});

describe('identifiers', () => {
  const CARDS = ['card_no', 'name', 'department', 'card_expires_on', 'specialties', 'areas',
    'on_duty', 'max_daily', 'max_total', 'synthetic'];
  const card = (number) => ({ card_no: number, name: '合成丁某', department: HOME, areas: '410400',
    card_expires_on: addDays(DAY, 300), specialties: 'medical', on_duty: 0, max_daily: 4,
    max_total: 300, synthetic: 1 });
  const linesOf = async ({ id }) => (await get(planner, `${V1}/imports/${id}/lines`)).lines
    .map(({ line, outcome, field }) => [line, outcome, field]);

  test('that stand in no address, file or column are refused by line and column, the others taken', async () => {
    const bad = ['"HN\n0079"', '"HN\t0078"', 'HN/2026-07', '..', '豫卫监证字第0375012号', 'HN|1', '"a,b"',
      'x'.repeat(33)];
    const reply = await sent('/imports?kind=inspectors',
      csv([card('HN-G1'), ...bad.map(card), card('HN-G3')], CARDS));
    assert.deepEqual(counts(reply), [2, 2, 0, 0, 0, bad.length]);
    assert.ok((await linesOf(reply)).every(([, outcome, field]) =>
      outcome === 'refused' && field === 'card_no'));
    const directory = (code) => ({ code, department: HOME, name: '测试', refreshed_on: DAY });
    const directories = await sent('/imports?kind=directories',
      csv(['新华区名录', 'XH/2026', '.XH', 'XH-ok'].map(directory), Object.keys(directory(''))));
    assert.deepEqual(counts(directories), [1, 1, 0, 0, 0, 3]);
    const item = (code) => ({ code, specialty: 'medical', name: '测试', category: 'general',
      method: 'onsite', legal_basis: '测试', content: '测试', version: 1 });
    const items = await sent('/imports?kind=items',
      csv(['医疗-01', 'med|1', 'XH-1'].map(item), Object.keys(item(''))));
    assert.deepEqual(counts(items), [1, 1, 0, 0, 0, 2]);
    for (const number of [...bad.slice(2), '没有'])
      expectProblem(await planner.post(
        `${V1}/inspectors/${encodeURIComponent(number)}/enrolments`), 404, 'not-found');
  });

  test('are one whatever their width, case and what cannot be seen in them', async () => {
    const same = ['HN-7001', 'hn-7001', ' ＨＮ－７００１', 'HN\u200B-7001', '\u202AHN-7001\u202C',
      '\u2066HN-7001\u2069', 'HN\u00AD-7001', '\uFEFFHN-7001'];
    const reply = await sent('/imports?kind=inspectors', csv(same.map(card), CARDS));
    assert.deepEqual([...counts(reply).slice(0, 4), reply.refused], [8, 1, 0, 7, 0]);
    assert.equal((await get(planner, `${V1}/inspectors/HN-7001`)).card_no, 'HN-7001');
    const directory = await newDirectory();
    const codes = [1, 2, 3, 4].map((i) => codeOf(600 + i));
    const [a, b, c, d] = codes;
    const hidden = [`\u202A${a}\u202C`, `\u2068${b}\u2069`, `${c.slice(0, 4)}\u00AD${c.slice(4)}`,
      `${d.slice(0, 9)}\u2061${d.slice(9)}`];
    const subjects = await sent(`/directories/${directory.toLowerCase()}/imports`,
      csv(hidden.map((code) => row(600, { code }))));
    assert.deepEqual(counts(subjects), [4, 4, 0, 0, 0, 0]);
    for (const code of codes)
      assert.equal((await get(planner, `${V1}/subjects/${code}`)).code, code);
    const bad = await sent(`/directories/${directory}/imports`,
      csv(['9141/0402', '9141|0402', '代码'].map((code) => row(600, { code }))));
    assert.deepEqual(await linesOf(bad), [2, 3, 4].map((line) => [line, 'refused', 'code']));
  });

  test('of a natural person are marked, remarked, and stand nowhere in public', async () => {
    const directory = await newDirectory();
    const numbers = ['430407199312020025', '11010519491231002X'];
    const people = () => csv(numbers.map((code) => row(610, { code, specialties: 'blood' })));
    const first = await sent(`/directories/${directory}/imports`, people());
    assert.deepEqual(counts(first), [2, 2, 0, 0, 2, 0]);
    const { lines } = await get(planner, `${V1}/imports/${first.id}/lines`);
    assert.match(lines[0].reason, /既符合公民身份号码规则，也符合统一社会信用代码规则/);
    assert.match(lines[1].reason, /^是公民身份号码/);
    assert.deepEqual(lines.map(({ code }) => code), ['430407********0025', '110105********002X']);
    assert.deepEqual(counts(await sent(`/directories/${directory}/imports`, people())).slice(0, 4),
      [2, 0, 0, 2], 'the same persons again');
    const shown = await get(planner, `${V1}/subjects/${numbers[0]}`);
    assert.deepEqual([shown.natural_person, /^ZRR[0-9A-Z]{15}$/.test(shown.code)], [true, true]);
    const listing = csv([{ code: numbers[0], list: 'serious', listed_on: addDays(DAY, -1),
      removed_on: '', authority: '测试机关', reason: '测试' }],
    ['code', 'list', 'listed_on', 'removed_on', 'authority', 'reason']);
    await sent('/imports?kind=listings', listing);
    const plan = await newPlan(directory,
      { quotas: [{ region: REGION, specialty: 'blood', count: 1 }] });
    const { lines: frozen } = await freeze(plan);
    assert.deepEqual(frozen[shown.code], [12, '']);
    assert.deepEqual(numbers.filter((number) => frozen[number]), []);
    const refresh = await sent(`/directories/${directory}/imports?mode=refresh`, people());
    assert.deepEqual([refresh.differences.new, refresh.differences.vanished], [0, 0]);
  });
});

describe('a whole directory', () => {
  test('is compared first, then applied once; who is gone leaves with a trace', async () => {
    const directory = await newDirectory(addDays(DAY, -200));
    const path = `/directories/${directory}/imports`;
    await sent(path, csv([row(21), row(22), row(23), row(24)]));
    const before = await stack.checksums();
    const reply = await sent(`${path}?mode=refresh`, csv([row(21), row(22, { name: '改名' })]));
    const now = await stack.checksums();
    for (const table of ['liancha.subject', 'liancha.directory_entry', 'liancha.directory'])
      assert.equal(now[table], before[table], table);
    assert.equal(reply.state, 'review');
    assert.deepEqual(reply.differences,
      { new: 0, changed: 1, merged: 0, vanished: 2, fields: { name: 1 } });
    const more = await sent(`/imports/${reply.id}/parts`, csv([row(23, { specialties: 'blood' }),
      row(25)]));
    assert.deepEqual(more.differences,
      { new: 1, changed: 2, merged: 0, vanished: 1, fields: { name: 1, specialties: 1 } });
    const { changes } = await get(planner, `${V1}/imports/${reply.id}/changes`);
    assert.deepEqual(changes.map(({ code, kind }) => [code, kind]).sort(),
      [[codeOf(22), 'changed'], [codeOf(23), 'changed'], [codeOf(24), 'vanished'],
        [codeOf(25), 'new']].sort());
    const vanished = await get(planner, `${V1}/imports/${reply.id}/changes?kind=vanished`);
    assert.deepEqual(vanished.changes.map(({ code }) => code), [codeOf(24)]);
    assert.match((await planner.get(`${V1}/imports/${reply.id}/changes?format=csv`)).text, /不再列入/);

    const applied = await post(planner, `${V1}/imports/${reply.id}/apply`);
    assert.equal(applied.state, 'applied');
    expectProblem(await planner.post(`${V1}/imports/${reply.id}/apply`, {}), 409, 'wrong-state');
    expectProblem(await send(`/imports/${reply.id}/parts`, csv([row(21)])), 409, 'wrong-state');
    const entries = await stack.sql(
      `SELECT s.code, e.specialty FROM directory_entry e JOIN subject s
      ON s.id = e.subject_id JOIN directory r ON r.id = e.directory_id WHERE r.code = '${directory}'
      ORDER BY 1`);
    assert.deepEqual(entries, [[codeOf(21), 'medical'], [codeOf(22), 'medical'],
      [codeOf(23), 'blood'],
      [codeOf(25), 'medical']].sort());
    const left = await stack.sql(`SELECT s.code, d.specialty, d.left_on FROM directory_departure d
      JOIN subject s ON s.id = d.subject_id WHERE d.import_id = ${reply.id} ORDER BY 1`);
    assert.deepEqual(left, [[codeOf(23), 'medical', DAY], [codeOf(24), 'medical', DAY]].sort());
    const { directories } = await get(planner, `${V1}/directories?limit=200`);
    const listed = directories.find(({ code }) => code === directory);
    assert.deepEqual([listed.refreshed_on, listed.stale, listed.entries], [DAY, false, 4]);
  });

  test('by lianchactl as through the API', async () => {
    const directory = await newDirectory();
    const ctl = (...args) => stack.office.ctl(args, { codes: [0, 1] });
    const file = join(stack.var, 'import-test.csv');
    await sent(`/directories/${directory}/imports`, csv([row(61), row(62)]));
    writeFileSync(file, csv([row(61), row(62, { name: '' })]));
    const bad = await ctl('import', 'subjects', file, '--refresh', directory);
    assert.deepEqual([bad.code, bad.out.refused, bad.out.differences.vanished], [1, 1, 1]);
    assert.match(bad.err, /拒绝第 3 行/);
    assert.equal((await ctl('import', 'apply', String(bad.out.id))).code, 1);
    writeFileSync(file, csv([row(61)]));
    const { out } = await ctl('import', 'subjects', file, '--refresh', directory);
    assert.deepEqual([out.state, out.differences.vanished], ['review', 1]);
    assert.equal((await ctl('import', 'apply', String(out.id))).out.state, 'applied');
    assert.equal((await ctl('import', 'report', String(out.id))).out.differences.vanished, 1);
    const { directories } = await get(planner, `${V1}/directories?limit=200`);
    assert.equal(directories.find(({ code }) => code === directory).entries, 1);
  });

  test('is not applied with refused lines, nor after the directory changed', async () => {
    const directory = await newDirectory();
    const path = `/directories/${directory}/imports`;
    await sent(path, csv([row(31), row(32)]));
    const bad = await sent(`${path}?mode=refresh`, csv([row(31), row(32, { name: '' })]));
    expectProblem(await planner.post(`${V1}/imports/${bad.id}/apply`, {}), 409, 'wrong-state');
    const good = await sent(`${path}?mode=refresh`, csv([row(31)]));
    await sent(path, csv([row(33)]));
    expectProblem(await planner.post(`${V1}/imports/${good.id}/apply`, {}), 409, 'wrong-state');
    const [[entries]] = await stack.sql(`SELECT COUNT(*) FROM directory_entry e JOIN directory r
      ON r.id = e.directory_id WHERE r.code = '${directory}'`);
    assert.equal(entries, '3');
  });
});

describe('one subject under two codes', () => {
  const OLD = '410402000097041';

  test('is merged into the credit code; files with the old one find it', async () => {
    const directory = await newDirectory();
    const other = await newDirectory();
    await sent(`/directories/${directory}/imports`, csv([row(41, { code: OLD })]));
    const merged = await sent(`/directories/${directory}/imports`,
      csv([row(41, { former_code: OLD })]));
    assert.deepEqual(counts(merged).slice(0, 2), [1, 1]);
    const standing = () => stack.sql(`SELECT r.code, s.code FROM directory_entry e JOIN subject s ON
      s.id = e.subject_id JOIN directory r ON r.id = e.directory_id
      WHERE r.code IN ('${directory}', '${other}') ORDER BY r.id`);
    assert.deepEqual(await standing(), [[directory, codeOf(41)]]);
    const again = await sent(`/directories/${other}/imports`,
      csv([row(41, { code: OLD, name: '旧' })]));
    assert.deepEqual(counts(again), [1, 0, 1, 0, 1, 0]);
    assert.deepEqual(await standing(), [[directory, codeOf(41)], [other, codeOf(41)]]);
    const [[name]] = await stack.sql(`SELECT name FROM subject WHERE code = '${codeOf(41)}'`);
    assert.equal(name, row(41).name);
    const same = await sent(`/directories/${directory}/imports`,
      csv([row(41, { former_code: OLD })]));
    assert.deepEqual(counts(same), [1, 0, 0, 1, 0, 0]);
  });

  test('also by a refresh, where it is no departure', async () => {
    const directory = await newDirectory();
    const old = '410402000097042';
    await sent(`/directories/${directory}/imports`, csv([row(42, { code: old })]));
    const { id, differences } = await sent(`/directories/${directory}/imports?mode=refresh`,
      csv([row(42, { former_code: old })]));
    assert.deepEqual([differences.new, differences.merged, differences.vanished], [0, 1, 0]);
    await post(planner, `${V1}/imports/${id}/apply`);
    const standing = await stack.sql(`SELECT s.code FROM directory_entry e JOIN subject s ON
      s.id = e.subject_id JOIN directory r ON r.id = e.directory_id WHERE r.code = '${directory}'`);
    assert.deepEqual(standing, [[codeOf(42)]]);
  });
});

describe('what a freeze makes of it', () => {
  test('lists raise the weight, history caps and spares, an old directory warns', async () => {
    const directory = await newDirectory(addDays(DAY, -184));
    const old = '410402000097052';
    const honest = { credit_class: 'A', specialties: 'school' };
    await sent(`/directories/${directory}/imports`, csv([
      row(51, { specialties: 'school' }), row(52, { specialties: 'school', former_code: old }),
      row(53, { specialties: 'school' }), row(54, { specialties: 'school', complaints: 9 }),
      row(55, { specialties: 'school' }), row(56, honest), row(57, honest),
      row(58, { specialties: 'school', state: 'closed' }),
      row(59, { specialties: 'school', key: 1 })]));
    const listing = (code, list, more = {}) => ({ code, list, listed_on: addDays(DAY, -30),
      removed_on: '', authority: '测试机关', reason: '测试', ...more });
    const lists = csv([listing(codeOf(51), 'abnormal'), listing(old, 'serious'),
      listing(codeOf(53), 'abnormal', { removed_on: DAY }),
      listing('91410402XX00000000', 'abnormal')],
    ['code', 'list', 'listed_on', 'removed_on', 'authority', 'reason']);
    assert.equal((await sent('/imports?kind=listings', lists)).created, 4);
    assert.equal((await sent('/imports?kind=listings', lists)).unchanged, 4);
    const check = (code, daysAgo, result = 'no_problem') => ({ code, department: HOME,
      checked_on: addDays(DAY, -daysAgo), result_class: result });
    const twice = [0, 1].map((n) => `${YEAR}-01-0${n + 1}`);
    const checks = [...twice.flatMap((day) => [55, 59].map((i) => ({ ...check(codeOf(i), 0),
      checked_on: day, result_class: 'corrected' }))), check(codeOf(56), 100),
    check(codeOf(57), 364), check(codeOf(57), 50, 'corrected')];
    const history = csv(checks, ['code', 'department', 'checked_on', 'result_class']);
    assert.equal((await sent('/imports?kind=history', history)).created, checks.length);

    const quotas = [{ region: REGION, specialty: 'school', count: 2 }];
    const plan = await newPlan(directory, { quotas });
    const { strata: [preview] } = await get(planner, `${V1}/plans/${plan}/chances`);
    assert.deepEqual([preview.stratum, preview.quota], [`${REGION}.school`, 2]);
    assert.deepEqual(preview.weights.map(({ weight, subjects }) => [weight, subjects]),
      [[1, 1], [2, 2], [7, 1], [12, 2]]);
    const sum = preview.weights.reduce((all, { subjects, chance }) => all + subjects * chance, 0);
    assert.ok(Math.abs(sum - 2) < 1e-6, String(sum));
    const shown = await get(planner, `${V1}/plans/${plan}`);
    assert.deepEqual([shown.stale, shown.warnings.length], [true, 1]);
    const { reply, lines } = await freeze(plan);
    assert.equal(reply.stale, true);
    assert.match(reply.warnings[0], /名录已 184 天未更新/);
    assert.match(reply.warnings[1], /^1 个抽查层的任务数超过一般检查事项 100‰ 的上限/);
    const B = 2;
    assert.deepEqual(Object.fromEntries([51, 52, 53, 54, 55, 56, 57, 58, 59].map((i) =>
      [i, lines[codeOf(i)]])), {
      51: [B + 5, ''], 52: [B + 10, ''], 53: [B, ''], 54: [B + 2 * 5, ''],
      55: [0, '本年度检查次数已达上限'], 56: [0, '近期检查未发现问题，非请勿扰'], 57: [1, ''],
      58: [0, '已注销、停业或迁出'], 59: [B, ''],
    });
    assert.equal(lines[old], undefined);
    // A plan of key items has neither cap nor quiet time (R10).
    const key = await freeze(await newPlan(directory, { quotas, items: 'key' }));
    assert.equal(key.reply.warnings.length, 1);
    assert.deepEqual([key.lines[codeOf(55)], key.lines[codeOf(56)]], [[B, ''], [1, '']]);
  });
});

describe('a task table', () => {
  test('of the own draft gives it its quotas, as a workbook or as CSV', async () => {
    const directory = await newDirectory();
    const rows = [['任务分配表（合成）'], ['县（市）区', '合计', '医疗卫生', '学校卫生'],
      ['市本级', 3, 1, 2], ['新华区', 4, null, 4], ['合计', 7, 1, 6]];
    for (const [body, type] of [[writeXlsx(rows), undefined],
      [rows.slice(1).map((r) => r.join()).join('\n'), 'text/csv']]) {
      const path = `/plans/${await newPlan(directory)}/table`;
      const market = await stack.office.role(MARKET, 'planner');
      expectProblem(await send(path, body, { token: market.token }), 403, 'forbidden');
      expectProblem(await send(path, 'a,b\n'), 422, 'invalid');
      const { table, quotas } = expectJson(await send(path, body, { type }), 200);
      assert.deepEqual([table.cell_sum, table.row_faults, quotas.length], [7, 0, 3]);
      expectProblem(await send(path, body), 409, 'wrong-state');
      assert.deepEqual(table.hidden, []);
    }
    const path = `/plans/${await newPlan(directory)}/table`;
    const hidden = { rows: [1, 4, 5], columns: [3] };
    const { table } = expectJson(await send(path, writeXlsx(rows, '任务', hidden)), 200);
    assert.deepEqual(table.hidden, ['第 4 行“新华区”', '第 5 行“合计”', '列“医疗卫生”']);
    assert.equal(table.cell_sum, 7);
  });

  test('has numbers of its columns below its header, and a hidden one with a long name', async () => {
    const path = `/plans/${await newPlan(await newDirectory())}/table`;
    const name = '3.公共场所（含住宿场所、沐浴场所、美容美发场所）';
    const rows = [['县（市）区', '合计', name], ['甲', 1, 2], ['新华区', 4, 4], ['合计', 4, 4]];
    const { table } = expectJson(await send(path, writeXlsx(rows, '任务', { columns: [3] })), 200);
    assert.deepEqual(table.hidden, [`列“${name.slice(0, 21)}”`]);
    assert.equal(table.cell_sum, 4);
  });

  test('is refused with all of its faults, and read once its columns are named', async () => {
    const path = `/plans/${await newPlan(await newDirectory())}/table`;
    const table = (cell) => `属地,合计,看病的,学校卫生,备注\n新华区,4,1,${cell},合成\n合计,4,1,3,\n`;
    const columns = encodeURIComponent('属地=区划;看病的=医疗卫生');
    const body = expectProblem(await send(`${path}?columns=${columns}`, `${table('三')}火星,1,1,1\n`,
      { type: 'text/csv' }), 422, 'invalid');
    assert.deepEqual(body.faults.map(({ line, column, value }) => [line, column, value]),
      [[2, '学校卫生', '三'], [4, '属地', '火星']]);
    assert.match(body.faults[0].text, /第 2 行“学校卫生”（三）不是任务数，须为 0 至/);
    assert.equal(body.detail, `${body.faults[0].text}（共 2 处）`);
    expectProblem(await send(path, table(3), { type: 'text/csv' }), 422, 'invalid');
    const shown = expectJson(await send(`${path}?columns=${columns}`, table(3),
      { type: 'text/csv' }), 200);
    assert.deepEqual([shown.table.cell_sum, shown.table.ignored, shown.quotas.length],
      [4, ['备注'], 2]);
  });
});

describe('quotas by ratio', () => {
  test('for the strata without one: rounded, at least 1, general items capped', async () => {
    const directory = await newDirectory();
    const many = (from, n, more) => Array.from({ length: n }, (_, i) => row(from + i, more));
    await sent(`/directories/${directory}/imports`, csv([...many(100, 25, { specialties: 'blood' }),
      ...many(200, 3, { specialties: 'school' }), ...many(300, 5, { specialties: 'tableware' }),
      row(400, { specialties: 'occupational', state: 'closed' })]));
    const plan = await newPlan(directory,
      { quotas: [{ region: REGION, specialty: 'tableware', count: 4 }] });
    const ratio = (code, body) => planner.post(`${V1}/plans/${code}/ratio`, body);
    expectProblem(await ratio(plan, { permille: 101 }), 422, 'invalid');
    expectProblem(await ratio(plan, { permille: 0 }), 422, 'invalid');
    assert.equal(expectJson(await ratio(plan, { permille: 100 })).added, 2);
    const { quotas } = await get(planner, `${V1}/plans/${plan}`);
    assert.deepEqual(quotas.map(({ specialty, count }) => [specialty, count]),
      [['blood', 3], ['school', 1], ['tableware', 4]]);
    assert.match(quotas[0].source, /比例 100‰ × 25/);
    expectProblem(await ratio(plan, { permille: 100 }), 409, 'wrong-state');

    const key = await newPlan(directory, { items: 'key' });
    assert.equal(expectJson(await ratio(key, { permille: 1000, specialties: ['school'] })).quota,
      3);
    const { reply } = await freeze(key);
    assert.deepEqual(reply.strata.map(({ quota, eligible }) => [quota, eligible]), [[3, 3]]);
    expectProblem(await ratio(key, { permille: 10 }), 409, 'wrong-state');
  });
});
