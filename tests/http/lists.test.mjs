// lists.test.mjs - what every list of the planner does by its declaration: filters, order, pages, a
// count, whose rows, and all of it as a table for a spreadsheet.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { get, post } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { routesOf, startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, OUTSIDER, PLANS, seed } from './world.mjs';
import { readXlsx } from './xlsx.mjs';

const V1 = '/planner/v1';
const REGION = '410402';
const DAY = today();
const YEAR = DAY.slice(0, 4);
const DIRECTORY = 'T-lists';
const SUBJECTS = 120;
const LATER = 5; // come while pages are read
const FORMULA = '=HYPERLINK(1)号';

const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const codeOf = (i) => makeUscc('91', REGION, 940000 + i);
const COLUMNS = ['code', 'name', 'type', 'address', 'region', 'lon', 'lat', 'state', 'credit_class',
  'key', 'complaints', 'specialties', 'verified_on', 'synthetic'];
const subject = (i) => ({ code: codeOf(i), name: i === 1 ? FORMULA : `列表样例第${i}号`, type: '专科医院',
  address: `合成样例路${i}号`, region: i % 10 === 0 ? '410403' : REGION, lon: '113.3', lat: '33.7',
  state: i % 40 === 3 ? 'closed' : 'open', credit_class: i % 30 === 4 ? 'D' : 'B',
  key: i % 20 === 5 ? 1 : 0, complaints: 0, specialties: i % 2 ? 'medical;school' : 'medical',
  verified_on: i < 10 ? addDays(DAY, -400) : DAY, synthetic: 1 });
const csv = (rows, columns) => [columns.join(), ...rows.map((r) =>
  columns.map((name) => r[name]).join())].join('\n') + '\n';

let stack;
let planner;

const send = (path, body) => request(`${stack.base}${V1}${path}`, { method: 'POST', body,
  token: planner.token, headers: { 'Content-Type': 'text/csv' } });
const importSubjects = async (rows) =>
  expectJson(await send(`/directories/${DIRECTORY}/imports`, csv(rows, COLUMNS)), 201);
const all = Array.from({ length: SUBJECTS }, (_, i) => subject(i + 1));
const SUBJECT_LIST = `${V1}/directories/${DIRECTORY}/subjects`;
const listed = (query) => get(planner, `${SUBJECT_LIST}?limit=200${query && `&${query}`}`);
const codes = (rows) => rows.map(({ code }) => code);

before(async () => {
  stack = await startStack();
  await seed(stack);
  planner = await stack.office.role(HOME, 'planner');
  const columns = ['code', 'department', 'name', 'refreshed_on'];
  expectJson(await send('/imports?kind=directories', csv([{ code: DIRECTORY, department: HOME,
    name: '列表测试', refreshed_on: addDays(DAY, -200) }], columns)), 201);
  await importSubjects(all);
});
after(() => stack?.stop());

describe('subjects of a directory', () => {
  test('are filtered by each of their properties', async () => {
    const cases = {
      'region=410403': ({ region }) => region === '410403',
      'specialty=school': ({ specialties }) => specialties.includes('school'),
      'state=closed': ({ state }) => state === 'closed',
      'credit_class=D': ({ credit_class: c }) => c === 'D',
      'key=1': ({ key }) => key === 1,
      'key=0': ({ key }) => key === 0,
      'flagged=1': () => false,
      [`code=${codeOf(7)}`]: ({ code }) => code === codeOf(7),
      [`code=${codeOf(7).slice(0, 8)}`]: () => true,
      [`name=${encodeURIComponent('列表样例第1')}`]: ({ name }) => name.startsWith('列表样例第1'),
      [`name=${encodeURIComponent('列表_样例')}`]: () => false,
      [`name=${encodeURIComponent('%')}`]: () => false,
      [`verified_before=${DAY}`]: ({ verified_on: on }) => on < DAY,
      [`verified_after=${addDays(DAY, -1)}`]: ({ verified_on: on }) => on === DAY,
      'region=410402&specialty=school&key=1': (s) =>
        s.region === REGION && s.specialties.includes('school') && s.key === 1,
    };
    for (const [query, wanted] of Object.entries(cases)) {
      const { subjects, total } = await listed(`count=1&${query}`);
      assert.deepEqual(codes(subjects), codes(all.filter(wanted)), query);
      assert.equal(total, subjects.length, query);
    }
  });

  test('are told once each, with all that they are inspected for', async () => {
    const { subjects, next } = await listed('');
    assert.equal(next, null);
    assert.equal(new Set(codes(subjects)).size, SUBJECTS);
    const one = subjects.find(({ code }) => code === codeOf(5));
    assert.deepEqual([one.name, one.region, one.region_name, one.is_key, one.specialties,
      one.specialty_names,
      one.verified_on], ['列表样例第5号', REGION, '新华区', true, 'medical,school', '医疗卫生,学校卫生',
      addDays(DAY, -400)]);
    assert.deepEqual(await get(planner, `${V1}/subjects/${one.code}`), one);
    expectProblem(await planner.get(`${V1}/subjects/nothing`), 404, 'not-found');
  });

  for (const sort of ['id', '-id'])
    test(`join page by page without a gap or a double, by ${sort}, while others are added`, async () => {
      const seen = [];
      let after = '';
      for (let pages = 0; after !== null; pages++) {
        const query = `limit=7&sort=${sort}${after && `&after=${encodeURIComponent(after)}`}`;
        const { subjects, next } = await get(planner, `${SUBJECT_LIST}?${query}`);
        seen.push(...codes(subjects));
        after = next;
        if (pages === 3)
          await importSubjects(Array.from({ length: LATER }, (_, i) =>
            subject(SUBJECTS + (sort === 'id' ? 1 : 6) + i)));
      }
      const ours = seen.filter((code) => all.some((s) => s.code === code));
      assert.deepEqual(ours, sort === 'id' ? codes(all) : codes(all).reverse());
      assert.equal(new Set(seen).size, seen.length);
    });

  test('of another department are refused, and so is the other department', async () => {
    const market = await stack.office.role(MARKET, 'planner');
    expectProblem(await market.get(SUBJECT_LIST), 403, 'forbidden');
    expectProblem(await planner.get(`${V1}/directories/T-market/subjects`), 403, 'forbidden');
    expectProblem(await planner.get(`${V1}/directories/nothing/subjects`), 404, 'not-found');
    const { directories } = await get(market, `${V1}/directories?limit=200`);
    assert.deepEqual(codes(directories), ['T-market']);
  });
});

describe('a wrong question', () => {
  test('is refused with the name of what is wrong', async () => {
    const wrong = { 'credit_class=E': '/credit_class', 'key=2': '/key', 'key=x': '/key',
      'verified_before=soon': '/verified_before', 'sort=name': '/sort', 'after=x': '/after',
      'limit=0': '/limit', 'limit=201': '/limit', 'count=2': '/count', 'format=pdf': '/format',
      'nothing=1': '/nothing', 'key=1&key=1': '/key' };
    for (const [query, pointer] of Object.entries(wrong))
      expectProblem(await planner.get(`${SUBJECT_LIST}?${query}`), 422, 'invalid', { pointer });
    const { detail } = (await planner.get(`${SUBJECT_LIST}?credit_class=E`)).json;
    assert.match(detail, /信用风险分类.*A（A 类（低风险））/);
  });

  test('with characters that no code has finds nothing or says so', async () => {
    const query = encodeURIComponent('代码');
    const res = await planner.get(`${SUBJECT_LIST}?region=${query}`);
    assert.ok(res.status === 422 ||
      (res.status === 200 && res.json.subjects.length === 0), res.text);
  });
});

describe('each list', () => {
  test('answers whoever may ask for it, as pages and as tables', async () => {
    const lists = (await routesOf('liancha-planner')).filter(({ method, path, name }) =>
      method === 'GET' && !path.includes('{') && /\.list$/.test(name));
    assert.ok(lists.length > 12);
    for (const { path, who } of lists) {
      const asker = await stack.office.role(HOME,
        who === 'session' ? 'auditor' : who.split(',')[0]);
      const { next, ...reply } = await get(asker, `${path}?limit=200`);
      const rows = Object.values(reply).find(Array.isArray);
      const csvRows = (await asker.get(`${path}?format=csv`)).text.split('\r\n');
      const [sheet, note] = readXlsx((await asker.get(`${path}?format=xlsx`)).body);
      assert.equal(note.name, '说明', path);
      assert.ok(sheet.rows[0].every(({ value }) => /[\u4e00-\u9fff]/.test(value)), path);
      if (next !== null) continue;
      // The audit log has grown by the table before.
      const more = path.endsWith('/audit-events') ? 1 : 0;
      assert.equal(sheet.rows.length, rows.length + 1 + more, path);
      assert.ok(csvRows.indexOf('') > rows.length, path);
    }
  });

  test('orders by what it may be ordered by, both ways', async () => {
    const { departments } = await get(planner, `${V1}/departments?sort=-code&limit=200`);
    assert.deepEqual(codes(departments), codes(departments).sort().reverse());
    const first = await get(planner, `${V1}/departments?sort=-name&limit=4`);
    const second = await get(planner, `${V1}/departments?sort=-name&limit=200&after=${
      encodeURIComponent(first.next)}`);
    assert.equal(new Set([...codes(first.departments), ...codes(second.departments)]).size,
      departments.length);
  });
});

describe('who sees what', () => {
  test('a city department sees inspectors and plans of its kind below it, and no others', async () => {
    const { inspectors } = await get(planner, `${V1}/inspectors?limit=200&card_no=T-`);
    assert.ok(inspectors.some(({ department }) => department === DISTRICT));
    assert.ok(inspectors.every(({ department }) => department.startsWith('H')));
    const card = `T-${MARKET}-1`;
    expectProblem(await planner.get(`${V1}/inspectors/${card}`), 403, 'forbidden');
    assert.equal((await get(planner, `${V1}/inspectors/T-${DISTRICT}-1`)).name, '测试执法员1');
    const district = await stack.office.role(DISTRICT, 'planner');
    const { plans } = await get(district, `${V1}/plans?limit=200`);
    assert.deepEqual(codes(plans), []);
    expectProblem(await district.get(`${V1}/plans/${PLANS[0].code}`), 403, 'forbidden');
    const own = async ({ code }) =>
      codes((await get(planner, `${V1}/plans?code=${code}`)).plans);
    assert.deepEqual(await Promise.all(PLANS.slice(0, 2).map(own)), [[PLANS[0].code], []]);
  });

  test('a plan below is read, not written', async () => {
    const district = await stack.office.role(DISTRICT, 'planner');
    const directory = 'T-lists-below';
    const columns = ['code', 'department', 'name', 'refreshed_on'];
    expectJson(await request(`${stack.base}${V1}/imports?kind=directories`, { method: 'POST',
      token: district.token, headers: { 'Content-Type': 'text/csv' }, body: csv([{ code: directory,
        department: DISTRICT, name: '区名录', refreshed_on: DAY }], columns) }), 201);
    const code = `410402${YEAR}6001`;
    await post(district, `${V1}/plans`,
      { code, directory, name: '区计划', ends_on: addDays(DAY, 90) });
    const { plans } = await get(planner, `${V1}/plans?department=${DISTRICT}`);
    assert.deepEqual(codes(plans), [code]);
    assert.equal((await get(planner, `${V1}/plans/${code}`)).department, DISTRICT);
    expectProblem(await planner.post(`${V1}/plans/${code}/file`, {}), 403, 'forbidden');
  });

  test('accounts are told to their department\'s administrator, without anything of a password', async () => {
    const administrator = await stack.office.role(HOME, 'administrator');
    const res = await administrator.get(`${V1}/accounts?limit=200`);
    assert.doesNotMatch(res.text, /argon|hash|password/);
    const { accounts } = expectJson(res);
    assert.ok(accounts.length >= 6);
    const [[there]] = await stack.sql(`SELECT COUNT(*) FROM account a JOIN department d ON d.id =
      a.department_id WHERE d.code = '${HOME}'`);
    assert.equal(accounts.length, Number(there));
    const planners = await get(administrator, `${V1}/accounts?role=planner`);
    assert.ok(planners.accounts.every(({ roles }) => roles.split(',').includes('planner')));
    const locked = await get(administrator, `${V1}/accounts?locked=1`);
    assert.ok(locked.accounts.every(({ locked_until: until }) => Date.parse(until) > Date.now()));
  });

  test('a recusal is told to its department\'s planner and to the inspector alone', async () => {
    const district = await stack.office.role(DISTRICT, 'planner');
    const card = `T-${DISTRICT}-2`;
    await post(district, `${V1}/inspectors/${card}/recusals`,
      { subject: codeOf(9), reason: '亲属任职' });
    const { recusals } = await get(district,
      `${V1}/recusals?inspector=${card}&subject=${codeOf(9)}`);
    assert.deepEqual(recusals.map(({ inspector, reason }) => [inspector, reason]),
      [[card, '亲属任职']]);
    assert.ok(recusals[0].declared_by && Date.parse(recusals[0].declared_at));
    for (const department of [HOME, OUTSIDER]) {
      const other = await stack.office.role(department, 'planner');
      const told = await get(other, `${V1}/recusals?inspector=${card}`);
      assert.deepEqual(told.recusals, [], department);
    }
    const inspector = await stack.office.role(DISTRICT, 'inspector'); // of no card
    assert.deepEqual((await get(inspector, `${V1}/recusals`)).recusals, []);
  });
});

describe('all rows as a table', () => {
  const query = 'specialty=school';
  const wanted = () => codes(all.filter(({ specialties }) => specialties.includes('school')));

  test('as CSV: every filtered row, a code as text, no formula', async () => {
    const res = await planner.get(`${SUBJECT_LIST}?${query}&format=csv&limit=3`);
    assert.equal(res.status, 200);
    assert.match(res.headers['content-type'], /^text\/csv/);
    assert.match(res.headers['content-disposition'], /filename="subjects\.csv"/);
    const lines = res.text.replace('\uFEFF', '').split('\r\n');
    const end = lines.indexOf('');
    assert.equal(lines[0].split(',')[0], '"统一社会信用代码"');
    const told = lines.slice(1, end).map((line) => /[0-9A-Z]{18}/.exec(line)[0]);
    assert.deepEqual(told.filter((code) => wanted().includes(code)), wanted());
    assert.ok(lines.some((line) => line.includes(`"'${FORMULA}"`)), 'a formula is defused');
    assert.match(res.text, /"B 类（较低风险）"/);
    assert.match(lines.slice(end).join('\n'), /"筛选条件","专业：school"/);
  });

  test('as XLSX: text cells for codes, dates for dates, a sheet that explains', async () => {
    const res = await planner.get(`${SUBJECT_LIST}?${query}&format=xlsx`);
    assert.equal(res.status, 200);
    assert.match(res.headers['content-type'], /spreadsheetml/);
    const [sheet, note] = readXlsx(res.body);
    const titles = sheet.rows[0].map(({ value }) => value);
    const column = (title) => sheet.rows.slice(1).map((row) => row[titles.indexOf(title)]);
    const told = column('统一社会信用代码');
    assert.ok(told.every(({ kind }) => kind === 'text'));
    assert.deepEqual(told.map(({ value }) => value)
      .filter((code) => wanted().includes(code)), wanted());
    assert.ok(column('检查对象').some(({ kind, value }) => kind === 'text' && value === FORMULA));
    assert.ok(sheet.rows.flat().every(({ kind }) => kind !== 'formula'));
    const epoch = Date.parse('1899-12-30') / 86400000;
    const days = new Set(column('核实日期').map(({ kind, value }) =>
      kind === 'number' && new Date((value + epoch) * 86400000).toISOString().slice(0, 10)));
    assert.deepEqual([...days].sort(), [addDays(DAY, -400), DAY]);
    assert.equal(note.name, '说明');
    assert.ok(note.rows.flat().some(({ value }) => value === '专业：school'));
  });

  test('is on the audit log, with the filter and the number of rows', async () => {
    const { total } = await listed('count=1&region=410403');
    await planner.get(`${SUBJECT_LIST}?region=410403&format=csv`);
    const [[action, detail]] = await stack.sql(`SELECT action, detail FROM audit_event
      WHERE action = 'subject.list' ORDER BY at DESC, seq DESC LIMIT 1`);
    assert.equal(action, 'subject.list');
    const { format, rows, filters } = JSON.parse(detail);
    assert.deepEqual([format, rows, filters], ['csv', total, '区划代码：410403']);
  });

  test('of a directory says which are due to be refreshed', async () => {
    const res = await planner.get(`${V1}/directories?format=csv`);
    const line = res.text.split('\r\n').find((one) => one.includes(`"${DIRECTORY}"`));
    assert.match(line, /"是"/);
    const { directories } = await get(planner, `${V1}/directories?limit=200`);
    assert.equal(directories.find(({ code }) => code === DIRECTORY).stale, true);
    assert.equal(directories.find(({ code }) => code === 'T-health').stale, false);
  });
});

describe('imports', () => {
  test('are listed by kind, state and account', async () => {
    const { imports } = await get(planner, `${V1}/imports?kind=directories&limit=200`);
    assert.ok(imports.length > 0 && imports.every(({ kind }) => kind === 'directories'));
    const { login } = await get(planner, `${V1}/session`);
    const mine = await get(planner, `${V1}/imports?account=${login}&started_after=${DAY}`);
    assert.ok(mine.imports.length > 0 && mine.imports.every(({ account }) => account === login));
    assert.deepEqual((await get(planner, `${V1}/imports?account=nobody`)).imports, []);
    assert.deepEqual((await get(planner, `${V1}/imports?started_before=2020-01-01`)).imports, []);
    const ids = mine.imports.map(({ id }) => id);
    assert.deepEqual(ids, [...ids].sort((x, y) => y - x));
  });
});
