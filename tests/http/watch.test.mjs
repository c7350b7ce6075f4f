// What a site's monitoring sees: liancha-watch's metrics, lianchactl status, and the rules and the
// dashboard that are made of them.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request } from '../support/http.mjs';
import { parse } from '../support/prometheus.mjs';
import { ROOT, startStack } from './harness.mjs';
import { workersOf } from './workers.mjs';
import { seed } from './world.mjs';

const yaml = createRequire(join(ROOT, 'tests/contract/'))('yaml');
const run = promisify(execFile);
const WORKERS = 3;
const QUEUED_MS = 700;

let stack;
let world;

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_WORKERS: String(WORKERS) } });
  world = await seed(stack);
});
after(() => stack.stop());

const scrape = async () => {
  const res = await request('http://localhost/liancha/-/metrics',
    { socketPath: join(stack.var, 'run/metrics.sock') });
  assert.equal(res.status, 200, res.text);
  assert.equal(res.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return parse(res.text);
};
const status = async (codes) => (await stack.office.ctl(['status'], { codes }));
const level = (out, name) => out.figures.find((figure) => figure.name === name).level;
const requests = (metrics, program, route, outcome) =>
  metrics.value('liancha_requests_total', { program, route, status: outcome }) ?? 0;
const latencies = (metrics, program, route) =>
  metrics.value('liancha_request_seconds_count', { program, route }) ?? 0;

test('each request is counted once, whichever worker had it, by route and outcome', async () => {
  const asked = [
    ['planner', 'health', '2xx', '/planner/v1/health', 200],
    ['planner', 'none', '4xx', '/planner/v1/nowhere', 404],
    ['planner', 'plan.list', '4xx', '/planner/v1/plans', 401],
    ['mobile', 'health.live', '2xx', '/mobile/v1/health/live', 200],
    ['public', 'results', '2xx', '/public/', 200],
    ['public', 'result', '4xx', '/public/results/999999999', 404],
  ];
  const before = await scrape();
  await Promise.all(asked.flatMap(([, , , path, wanted], i) => Array.from({ length: 20 + i },
    async () => assert.equal((await request(`${stack.base}${path}`)).status, wanted, path))));
  const after = await scrape();
  asked.forEach(([program, route, outcome], i) => {
    assert.equal(requests(after, program, route, outcome) -
      requests(before, program, route, outcome), 20 + i, `${program} ${route}`);
    assert.equal(latencies(after, program, route) - latencies(before, program, route), 20 + i);
  });
});

test('counts outlive the workers, whose starts are counted', async () => {
  const starts = (metrics) => metrics.value('liancha_worker_starts_total', { program: 'public' });
  const before = await scrape();
  assert.ok(starts(before) >= WORKERS);
  await stack.services('start', 'public');
  let answered = 0;
  let now;
  for (const end = Date.now() + 20000; ; await sleep(50)) {
    if ((await request(`${stack.base}/public/health`)).status === 200) answered++;
    now = await scrape();
    if (answered > 0 && starts(now) - starts(before) === WORKERS) break;
    assert.ok(Date.now() < end, `${starts(before)}, then ${starts(now)} starts`);
  }
  assert.equal(requests(now, 'public', 'health', '2xx') -
    requests(before, 'public', 'health', '2xx'), answered);
});

test('how long requests waited for a worker is counted, for each route', async () => {
  const waited = (metrics) => metrics.value('liancha_request_wait_seconds_total',
    { program: 'public', route: 'health' }) ?? 0;
  const before = waited(await scrape());
  assert.equal((await request(`${stack.base}/public/health`)).status, 200);
  const calm = waited(await scrape());
  // Nobody is at work, and the request is in the queue of the pool.
  const workers = workersOf(stack, 'liancha-public');
  assert.equal(workers.length, WORKERS);
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  const asked = request(`${stack.base}/public/health`);
  await sleep(QUEUED_MS);
  for (const pid of workers) process.kill(pid, 'SIGCONT');
  assert.equal((await asked).status, 200);
  const busy = waited(await scrape());
  assert.ok(busy - calm >= (QUEUED_MS - 100) / 1000 && busy - calm < 30, `${busy - calm} s`);
  assert.ok(calm - before < busy - calm, `${calm - before} s when calm`);
});

test('a phone that is silent since the day of its check is told, unless another one is not',
  async () => {
    const unheard = async () => (await scrape()).value('liancha_sync_unheard_timestamp_seconds');
    const [phone] = world.phones;
    const until = (hours) => stack.operate(`UPDATE device d JOIN device m USING (inspector_id)
      SET d.access_expires_at = UTC_TIMESTAMP() + INTERVAL ${hours} HOUR
      WHERE m.id = ${phone.deviceId}`);
    const [[day, visit, planned]] = await stack.sql(`SELECT DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)
      - INTERVAL 3 DAY, v.id, v.planned_on FROM visit v JOIN section s ON s.visit_id = v.id
      JOIN assignment a ON a.section_id = s.id JOIN device d ON d.inspector_id = a.inspector_id
      WHERE d.id = ${phone.deviceId} AND s.state = 'open' LIMIT 1`);
    assert.equal(await unheard(), undefined);
    await stack.operate(`UPDATE visit SET planned_on = '${day}' WHERE id = ${visit}`);
    assert.equal(await unheard(), undefined, 'it was heard since');
    await until(-100);
    assert.equal(await unheard(), Date.parse(`${day}T00:00:00+08:00`) / 1000 + 86400);
    const { deviceId } = await world.newPhone(world.cards[0]);
    assert.equal(await unheard(), undefined, 'its inspector has another one');
    await stack.operate(`UPDATE device SET state = 'lost' WHERE id = ${deviceId}`);
    assert.notEqual(await unheard(), undefined);
    await until(6);
    await stack.operate(`UPDATE visit SET planned_on = '${planned}' WHERE id = ${visit}`);
  });

test('certificates that the settings name are told by their ends, keys and passwords never',
  async () => {
    const { samples } = (await scrape()).families.get('liancha_certificate_end_timestamp_seconds');
    assert.deepEqual(samples.map(({ labels }) => labels.setting).sort(),
      ['beacon.certificate_file', 'timestamp.authority_file']);
    const end = execFileSync('openssl', ['x509', '-noout', '-enddate', '-in',
      join(stack.var, 'secret/beacon.pem')], { encoding: 'utf8' });
    assert.equal((await scrape()).value('liancha_certificate_end_timestamp_seconds',
      { setting: 'beacon.certificate_file' }), Date.parse(end.split('=')[1]) / 1000);
  });

test('what waits is told, and since when', async () => {
  const before = await scrape();
  const grown = async (name, labels, wanted) => {
    const now = (await scrape()).value(`liancha_${name}`, labels);
    assert.equal(now - (before.value(`liancha_${name}`, labels) ?? 0), wanted, name);
  };
  await stack.operate(`SET SESSION foreign_key_checks = 0;
    SET @d = (SELECT MIN(id) FROM department);
    SET @day = DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR);
    INSERT INTO held_op (op_id, kind, state, department_id, device_id, at) VALUES
      (REPEAT('a', 16), 'sealed', 'open', @d, 1, '2026-01-02 03:04:05.678'),
      (REPEAT('b', 16), 'sealed', 'open', @d, 1, '2026-01-03 00:00:00'),
      (REPEAT('c', 16), 'sealed', 'refused', @d, 1, '2025-01-01 00:00:00');
    INSERT INTO publication (section_id, kind, penalty_id, department_id, trigger_on, due_on,
      provisional, state, published_at) VALUES
      (900001, 'inspection', 0, @d, @day, @day - INTERVAL 1 DAY, 0, 'due', NULL),
      (900002, 'inspection', 0, @d, @day, @day, 0, 'due', NULL),
      (900003, 'inspection', 0, @d, @day, @day + INTERVAL 3 DAY, 0, 'due', NULL),
      (900004, 'inspection', 0, @d, @day, @day + INTERVAL 90 DAY, 0, 'due', NULL),
      (900005, 'inspection', 0, @d, @day, @day - INTERVAL 9 DAY, 0, 'published',
        '2026-01-05 00:00:00');
    SET @p = (SELECT id FROM publication WHERE section_id = 900005);
    INSERT INTO outbox (publication_id, department_id, target, action, message_id, body, state,
      next_at, difference) VALUES
      (@p, @d, 'watched', 'publish', 'watched-1', '{}', 'ready', '2036-01-01', NULL),
      (@p, @d, 'watched', 'retract', 'watched-2', '{}', 'rejected', '2036-01-01', NULL),
      (@p, @d, 'seen', 'publish', 'watched-3', '{}', 'accepted', '2036-01-01', 'missing');
    UPDATE inspector SET card_expires_on = @day - INTERVAL 1 DAY WHERE on_duty LIMIT 2;
    UPDATE inspector SET card_expires_on = @day + INTERVAL 30 DAY WHERE on_duty
      AND card_expires_on > @day LIMIT 1;
    INSERT INTO section (visit_id, department_id, state) VALUES (900001, @d, 'signed');
    INSERT INTO evidence (op_id, section_id, sha256, size, media_type, taken_at, device_id,
      written_off_at)
      SELECT UNHEX(MD5(seq)), LAST_INSERT_ID(), REPEAT('d', 32), 1, 'image/jpeg', '2026-01-01', 1,
        IF(seq = 3, '2026-01-02', NULL) FROM seq_1_to_3;`);
  await grown('held_operations', {}, 2);
  await grown('publications_overdue', {}, 1);
  await grown('publications_due', { days: '0' }, 1);
  await grown('publications_due', { days: '3' }, 1);
  await grown('publications_due', { days: '21' }, 1);
  await grown('deliveries', { target: 'watched', state: 'ready' }, 1);
  await grown('deliveries', { target: 'watched', state: 'rejected' }, 1);
  await grown('delivery_differences', { target: 'seen', difference: 'missing' }, 1);
  await grown('cards_expired', {}, 2);
  await grown('cards_expiring', {}, 1);
  await grown('evidence_missing', {}, 2);
  const now = await scrape();
  assert.equal(now.value('liancha_held_operation_oldest_timestamp_seconds'),
    Date.parse('2026-01-02T03:04:05.678Z') / 1000);
  assert.equal(now.value('liancha_delivery_oldest_timestamp_seconds', { target: 'watched' }),
    Date.parse('2026-01-05T00:00:00Z') / 1000);
  const [[year]] = await stack.sql('SELECT MAX(notice_year) FROM calendar_day');
  assert.equal(now.value('liancha_calendar_end_timestamp_seconds'),
    Date.parse(`${Number(year) + 1}-01-01T00:00:00+08:00`) / 1000);
});

test('a verification of the audit log is told only when the log was whole', async () => {
  const told = async (what) =>
    (await scrape()).value(`liancha_audit_${what}_timestamp_seconds`) ?? 0;
  const begun = Date.now() / 1000;
  await stack.office.ctl(['audit', 'verify']);
  const verified = await told('verified');
  assert.ok(verified >= begun - 1 && verified <= Date.now() / 1000, `${verified}`);
  await stack.office.ctl(['audit', 'export-heads', stack.var]);
  assert.ok(await told('exported') >= verified);
  const chain = "chain = 'admin' AND seq = 1";
  await stack.operate(`UPDATE audit_event SET actor = CONCAT(actor, 'x') WHERE ${chain}`);
  await stack.office.ctl(['audit', 'verify'], { codes: [1] });
  assert.equal(await told('verified'), verified);
  await stack.operate("UPDATE audit_event SET actor = LEFT(actor, CHAR_LENGTH(actor) - 1) " +
    `WHERE ${chain}`);
  await stack.office.ctl(['audit', 'verify']);
});

test('lianchactl status says by its exit code how bad it is, and by its first line what',
  async () => {
    let { out } = await status([2]);
    assert.equal(out.level, 'critical');
    assert.equal(level(out, 'publications_overdue'), 'critical');
    assert.equal(level(out, 'cards_expired'), 'warning');
    assert.equal(level(out, 'audit_verified_timestamp_seconds'), 'ok');
    assert.deepEqual(out.figures.find(({ state }) => state === 'rejected'), {
      name: 'deliveries', title: '未完成的报送', target: 'watched', state: 'rejected', level: 'ok',
      count: 1 });
    const text = await run(join(process.env.LIANCHA_BIN, 'lianchactl'),
      ['--config', stack.config, 'status']).catch((error) => error);
    assert.equal(text.code, 2);
    assert.match(text.stdout, /^严重；.*逾期未公示 1；/);
    await stack.operate("DELETE FROM publication WHERE section_id BETWEEN 900001 AND 900004;" +
      " DELETE FROM held_op WHERE op_id IN (REPEAT('a', 16), REPEAT('b', 16));" +
      " DELETE FROM outbox WHERE message_id LIKE 'watched-%'");
    ({ out } = await status([1]));
    assert.equal(out.level, 'warning');
    assert.equal(level(out, 'publications_overdue'), 'ok');
    await stack.operate("UPDATE inspector SET card_expires_on = '2099-01-01'; " +
      "INSERT IGNORE INTO calendar_day VALUES ('2098-01-01', 'off', '元旦', 2098, 'http://x')");
    ({ out } = await status([1]));
    assert.deepEqual(out.figures.filter(({ level: one }) => one !== 'ok').map(({ name }) => name),
      ['backup_timestamp_seconds']);
    const backups = join(stack.var, 'backups');
    mkdirSync(backups);
    execFileSync('age-keygen', ['-o', join(stack.var, 'backup.key')], { stdio: 'ignore' });
    writeFileSync(join(stack.var, 'backup.pub'),
      execFileSync('age-keygen', ['-y', join(stack.var, 'backup.key')]));
    await stack.office.ctl(['backup', backups, '--to', join(stack.var, 'backup.pub')]);
    ({ out } = await status([0]));
    assert.equal(out.level, 'ok');
    assert.ok(out.figures.every((figure) => figure.level === 'ok'));
  });

test('rules and dashboard name what is told, and leave nothing out', async () => {
  const told = new Set((await scrape()).families.keys());
  const rules = yaml.parse(readFileSync(join(ROOT, 'conf/watch/rules.yaml'), 'utf8'));
  const board = JSON.parse(readFileSync(join(ROOT, 'conf/watch/dashboard.json'), 'utf8'));
  const exprs = [...rules.groups.flatMap(({ rules: all }) => all.map(({ expr }) => expr)),
    ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];
  assert.ok(exprs.length > 30);
  const named = new Set(exprs.flatMap((expr) => expr.match(/liancha_[a-z_]+/g) ?? [])
    .map((name) => name.replace(/^(liancha_request_seconds)_(bucket|sum|count)$/, '$1')));
  assert.deepEqual([...named].sort(), [...told].sort());
  for (const { rules: all } of rules.groups)
    for (const { alert, annotations } of all)
      assert.deepEqual(Object.keys(annotations), ['summary'], alert);
});

test('the alert rules judge by the limits of lianchactl status, and leave none out', async () => {
  const rules = yaml.parse(readFileSync(join(ROOT, 'conf/watch/rules.yaml'), 'utf8'));
  const told = new Map(); // name and severity -> limit, of figures that are judged by themselves
  const absent = new Set();
  for (const { expr, labels: { severity } } of rules.groups.flatMap(({ rules: all }) => all)) {
    const [, since, days] = expr.match(/^time\(\) - liancha_(\w+) > (\d+) \* 86400\b/) ?? [];
    const [, until, left] = expr.match(/^liancha_(\w+) - time\(\) < (\d+) \* 86400\b/) ?? [];
    const [, count, above] = expr.match(/^liancha_(\w+) > (\d+)$/) ?? [];
    const name = since ?? until ?? count;
    if (name === undefined) continue;
    assert.ok(!told.has(`${name} ${severity}`), expr);
    told.set(`${name} ${severity}`, Number(days ?? left ?? Number(above) + 1));
    const [, missing] = expr.match(/ or absent\(liancha_(\w+)\) == 1$/) ?? [];
    if (missing !== undefined) absent.add(missing);
  }
  // Figures with labels are there with the rows that they tell apart.
  await stack.operate(`INSERT INTO outbox (publication_id, department_id, target, action,
    message_id, body, state, next_at, difference)
    SELECT id, department_id, 'judged', 'publish', 'judged', '{}', 'ready', '2036-01-01', 'missing'
    FROM publication WHERE section_id = 900005`);
  const { out } = await status([0, 1, 2]);
  await stack.operate("DELETE FROM outbox WHERE target = 'judged'");
  const judged = new Map(out.figures.flatMap(({ name, ...figure }) => ['warning', 'critical']
    .filter((severity) => severity in figure)
    .map((severity) => [`${name} ${severity}`, figure[severity]])));
  assert.ok(judged.size > 10);
  for (const [name, limit] of judged) assert.equal(told.get(name), limit, name);
  // Beyond these only how many wait, which status shows and does not judge.
  assert.deepEqual([...told.keys()].filter((name) => !judged.has(name)).sort(),
    ['cards_expiring warning', 'held_operations warning']);
  assert.deepEqual([...absent].sort(), ['audit_exported_timestamp_seconds',
    'audit_verified_timestamp_seconds', 'backup_timestamp_seconds',
    'calendar_end_timestamp_seconds']);
});

test('the account of liancha-watch reads no name', async () => {
  const password = readFileSync(join(stack.var, 'secret/watch.password'), 'utf8').trim();
  const ask = (query) => run('mariadb', ['--no-defaults', '--user=liancha_watch',
    `--socket=${join(stack.var, 'run/mariadb.sock')}`, '--execute', query, 'liancha'],
  { env: { ...process.env, MYSQL_PWD: password } });
  await ask('SELECT COUNT(*) FROM inspector WHERE on_duty = 1');
  for (const query of ['SELECT name FROM inspector', 'SELECT * FROM subject',
    'SELECT detail FROM audit_event', 'SELECT body FROM outbox', 'SELECT payload FROM publication',
    'DELETE FROM outbox'])
    await assert.rejects(ask(query), /denied/, query);
});

test('no address of the public site leads to the metrics', async () => {
  for (const path of ['/-/metrics', '/planner/../-/metrics', '/public/..%2f-/metrics',
    '/planner/-/metrics', '/-/metrics/'])
    assert.equal((await request(`${stack.origin}/liancha${path}`)).status, 404, path);
  const posted = await request('http://localhost/liancha/-/metrics',
    { method: 'POST', body: '', socketPath: join(stack.var, 'run/metrics.sock') });
  assert.equal(posted.status, 403);
});

test('without a database, what was counted is told, and that it is gone', async () => {
  assert.equal((await scrape()).value('liancha_database_up'), 1);
  await stack.services('stop', 'mariadb');
  try {
    assert.equal((await request(`${stack.base}/planner/v1/health`)).status, 503);
    const metrics = await scrape();
    assert.equal(metrics.value('liancha_database_up'), 0);
    assert.ok(requests(metrics, 'planner', 'health', '5xx') > 0);
    assert.equal(metrics.families.has('liancha_held_operations'), false);
    assert.equal((await status([2])).out.level, 'critical');
  } finally {
    await stack.services('start', 'mariadb');
  }
  assert.equal((await scrape()).value('liancha_database_up'), 1);
});
