// draw-world.mjs - campaigns over the directories of world.mjs, and the draw as a stranger computes
// it from the published bundle, by the words of fcgi/public/README.md and rule-2.md.

import assert from 'node:assert/strict';
import { createHash, verify } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untar } from '../../conf/main-job/bundle.mjs';
import { TIME } from './match-world.mjs';
import { get, post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { request } from '../support/http.mjs';
import { ROOT } from './harness.mjs';
import { HOME, MARKET } from './world.mjs';

const run = promisify(execFile);
const DAY = today().replaceAll('-', '');
const REGION = '410402';
const SHAPES = {
  [HOME]: { directory: 'T-health', specialty: 'medical' },
  [MARKET]: { directory: 'T-market', specialty: 'food_service' },
};
const pad = (n) => String(n).padStart(3, '0');

export const STEPS = ['freeze', 'announce', 'value'];
// A lottery that two departments type.
export const LOTTERY = { kind: 'lottery', source: '双色球', issue: '2026023', form: '6x01-33<+1x01-16',
  place: '中国福彩网', departments: [HOME, MARKET], teams_issue: '2026024' };
export const NUMBERS = '03 08 14 19 25 31 07';

// What lianchactl finds in each of the bundles, by one run of it: to start hundreds of them takes
// minutes.
export async function verifyAll(stack, bundles) {
  const folder = mkdtempSync(join(stack.var, 'bundles-'));
  const files = bundles.map((bytes, i) => {
    const file = join(folder, `${i}.tar`);
    writeFileSync(file, bytes);
    return file;
  });
  const { stdout } = await run(join(stack.office.bin, 'lianchactl'),
    ['--json', 'draw', 'verify', ...files], { maxBuffer: 1 << 28 }).catch((error) => {
    if (error.code === 1) return error;
    throw error;
  });
  rmSync(folder, { recursive: true });
  const found = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(found.map(({ bundle }) => bundle), files);
  return found;
}

export class DrawWorld {
  #next;
  teamsMs; // from the draw's round to that of the teams, where something is closed in between

  // first: where the serial numbers of this file's plans and campaigns begin.
  constructor(stack, first) {
    this.stack = stack;
    this.#next = first;
  }

  planner(department) { return this.stack.office.role(department, 'planner'); }

  async plan(department, { count = 4, file = true, named = '抽取测试' } = {}) {
    const { directory, specialty } = SHAPES[department];
    const code = `410400${DAY.slice(0, 4)}8${pad(this.#next++)}`;
    const planner = await this.planner(department);
    await post(planner, '/planner/v1/plans', { code, directory, name: `${named} ${code}`,
      ends_on: '2030-12-31', quotas: [{ region: REGION, specialty, count }] });
    if (file) await post(planner, `/planner/v1/plans/${code}/file`);
    return code;
  }

  // A campaign of one plan of each department, initiated by the first.
  async campaign(departments = [HOME, MARKET], named = '抽取测试') {
    const plans = [];
    for (const department of departments) plans.push(await this.plan(department, { named }));
    return this.campaignOf(plans, { name: named });
  }

  async campaignOf(plans, more = {}) {
    const code = `C410400${DAY}8${pad(this.#next++)}`;
    return post(await this.planner(HOME), '/planner/v1/campaigns',
      { code, name: '抽取测试', region: '410400', plans, ...more });
  }

  // The body of a step: of the value, once the announced time has come.
  async body(campaign, step) {
    if (step === 'announce') return this.stack.beacon.announce(1000, this.teamsMs);
    if (step === 'abandon') return { reason: '测试作废' };
    if (step !== 'value' && step !== 'inspectors') return {};
    const { value_at: value, teams_at: teams } = await get(await this.planner(HOME),
      `/planner/v1/campaigns/${campaign.code}`);
    const at = (step === 'value' ? value : teams) ?? new Date(0).toISOString();
    return { pulse: await this.stack.beacon.pulseAt(at) };
  }

  // A difference of an inspector approved, by a reviewer of that department.
  async approve(campaign, inspector, department) {
    return post(await this.stack.office.role(department, 'reviewer'),
      `/planner/v1/campaigns/${campaign.code}/approvals`, { inspector });
  }

  // The second value, and with it the teams, of a campaign whose visits are made.
  async teams(campaign) {
    const body = await this.body(campaign, 'inspectors');
    return post(await this.planner(HOME), `/planner/v1/campaigns/${campaign.code}/inspectors`,
      body);
  }

  // A campaign, without what may be done next: that changes when a value is due.
  async shown({ code }) {
    const { actions, draws, ...rest } = await get(await this.planner(HOME),
      `/planner/v1/campaigns/${code}`);
    return { ...rest, draws: draws.map(({ actions: _, ...draw }) => draw) };
  }

  // One step of a campaign, by its planners; the replies.
  async step(campaign, step, client) {
    if (step === 'freeze') {
      const replies = [];
      for (const { code, department } of campaign.draws)
        replies.push(await (client ?? await this.planner(department))
          .post(`/planner/v1/draws/${code}/freeze`, {}));
      return replies;
    }
    return [await (client ?? await this.planner(HOME))
      .post(`/planner/v1/campaigns/${campaign.code}/${step}`, await this.body(campaign, step))];
  }

  // Up to and with that step.
  async advance(campaign, last) {
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1))
      await this.advanceBy(campaign, step);
    return campaign;
  }

  async advanceBy(campaign, step) {
    for (const res of await this.step(campaign, step))
      if (res.status !== 200) throw new Error(`${step}: ${res.status} ${res.text}`);
  }

  // What is announced from now on of when it is public who was drawn; null: as everywhere.
  async publish(n) {
    await this.stack.operate(n === null
      ? "DELETE FROM rule WHERE name = 'draw.publish.once' AND region = '410400'"
      : `REPLACE INTO rule (name, region, effective_from, value, source)
        VALUES ('draw.publish.once', '410400', CURDATE(), ${n}, 'test')`);
  }

  // All of it is public, as it is when the visits are done.
  async bundle(campaign) {
    for (const what of ['results', 'teams'])
      await this.stack.operate(`UPDATE campaign SET ${what}_public_at = UTC_TIMESTAMP(3)
        WHERE code = '${campaign.code}' AND state = 'drawn' AND ${what}_public_at IS NULL`);
    return this.published(campaign);
  }

  // All verifiers say the same of a campaign's bundle: nothing is wrong with it.
  async sound(campaign) {
    const bytes = await this.bundle(campaign);
    const { announcement } = await this.shown(campaign);
    const file = join(this.stack.var, 'sound.tar');
    writeFileSync(file, bytes);
    const { out } = await this.stack.office.ctl(['draw', 'verify', file, '--announcement',
      announcement]);
    const seen = await checkBundle(bytes, { kept: announcement });
    assert.deepEqual([out.findings, seen.findings, strangersCheck(bytes, announcement)],
      [[], [], []]);
    assert.deepEqual([out.void, seen.isVoid], [seen.isVoid, out.void]);
    return { files: untar(bytes), out };
  }

  // Queries by the database account of a program; { stdout, stderr } of MariaDB's client.
  client(program, query, ...options) {
    const secret = readFileSync(join(this.stack.var, `secret/${program}.password`), 'utf8');
    return run('mariadb', ['--no-defaults', '--batch', '--skip-column-names', ...options,
      `--socket=${join(this.stack.var, 'run/mariadb.sock')}`, `--user=liancha_${program}`,
      '--execute', query, 'liancha'],
    { env: { ...process.env, MYSQL_PWD: secret.trim() }, maxBuffer: 1 << 28 });
  }

  // The rows, as text.
  async query(program, query) {
    return (await this.client(program, query)).stdout;
  }

  // As far as it is public.
  async published(campaign) {
    const res = await request(`${this.stack.base}/public/draws/${campaign.code}/bundle.tar`);
    if (res.status !== 200) throw new Error(`bundle: ${res.status}`);
    return res.body;
  }
}

const hasher = (name) => (text) => createHash(name).update(text).digest('hex');
const hashOf = (rule) => hasher(rule.endsWith('-sm3') ? 'sm3' : 'sha256');

// What follows the draw of the objects; matching.test.mjs replays it.
const TEAM_FILES = ['inspectors.txt', 'visits.txt', 'teams.txt', 'differences.txt',
  'adjustments.txt'];
export const MATCH_FILES = [...TEAM_FILES, 'substitutes.txt'];

// The archive of these files, byte by byte, by the words of fcgi/public/README.md.
function archiveOf(files) {
  const octal = (n, digits) => n.toString(8).padStart(digits, '0');
  const blocks = [...files].flatMap(([name, bytes]) => {
    const head = Buffer.alloc(512);
    for (const [at, text] of [[0, name], [100, '0000644'], [108, '0000000'], [116, '0000000'],
      [124, octal(bytes.length, 11)], [136, octal(0, 11)], [148, '        '], [156, '0'],
      [257, 'ustar'], [263, '00']]) head.write(text, at, 'latin1');
    head.write(`${octal(head.reduce((a, b) => a + b, 0), 6)}\0 `, 148);
    return [head, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

// What the bundle's own rule says of it: a line for each thing that is not as it should be. kept:
// the digest of the announcement, as somebody noted it.
export function strangersCheck(bytes, kept) {
  const files = untar(bytes);
  if (!bytes.equals(archiveOf(files))) return ['archive'];
  const doc = JSON.parse(files.get('draw.json').toString('utf8'));
  return doc.format === 'liancha-bundle/2' ? strangersAnnounced(files, doc, kept)
    : strangersCommitted(files, doc);
}

// ---- rule 2, by the words of fcgi/public/rule-2.md ----

const HEX = /^[0-9a-f]{64}$/;
const ORDER = new RegExp(
  '^liancha-announcement/1 rule name department region announced secret value( key)?' +
  '( witness)* latest teams publish( parameter)*( earlier)*( draw( quota)+)+$');
const MEMBERS = 'announcement,campaign,closing,format,public_value,rule,secret,seed,state,' +
  'teams_secret,teams_seed,teams_value,times,void_why';
const ascends = (list) => list.every((one, i) => i === 0 ||
  Buffer.compare(Buffer.from(list[i - 1]), Buffer.from(one)) < 0);

// Lines by their keys, in the announced order; a line of `wrong` where that is broken.
export function strangersAnnouncement(text, wrong = []) {
  const rows = text.split('\n').slice(0, -1).map((line) => line.split('\t'));
  const one = (key) => rows.find(([name]) => name === key)?.slice(1) ?? [];
  const all = (key) => rows.filter(([name]) => name === key).map((row) => row.slice(1));
  const draws = [];
  for (const [key, ...row] of rows) {
    if (key === 'draw') draws.push({ id: row[0], nth: row[5], frozen: row[6], sha256: row[7],
      roster: row[8], quotas: [] });
    if (key === 'quota') draws.at(-1)?.quotas.push(row);
  }
  const order = rows.map(([key]) => key).join(' ');
  if (!ORDER.test(order)) wrong.push('order of the announcement');
  if (!text.endsWith('\n') ||
    rows.flat().some((field) => field === '' || /^ | $|[\x00-\x1F\x7F]/.test(field)))
    wrong.push('fields of the announcement');
  const lists = [all('parameter'), all('earlier'), draws.map(({ id }) => [id]),
    ...draws.map(({ quotas }) => quotas)];
  if (!lists.every((list) => ascends(list.map(([name]) => name))))
    wrong.push('lists of the announcement');
  const [kind, source, issue, form, at, place] = one('value');
  const value = { kind, source, issue, form, at, place, key: one('key')[0],
    witnesses: all('witness').map(([code]) => code) };
  const [issueOfTeams, teamsAt, teamsSecret] = one('teams');
  if (![one('announced')[0], at, one('latest')[0], teamsAt].every((time) => TIME.test(time)) ||
    !(one('announced')[0] < at && at < one('latest')[0] && at < teamsAt))
    wrong.push('times of the announcement');
  const numbers = [...all('parameter').map(([, n]) => n),
    ...draws.flatMap(({ quotas }) => quotas.map(([, n]) => n)), ...draws.map(({ nth }) => nth)];
  if (!numbers.every((n) => /^(?:0|-?[1-9][0-9]{0,18})$/.test(n) &&
    BigInt.asIntN(64, BigInt(n)) === BigInt(n))) wrong.push('numbers of the announcement');
  if (!['visits', 'once', 'open'].includes(one('publish')[0]))
    wrong.push('line of what is published');
  if (issueOfTeams === issue || !HEX.test(teamsSecret)) wrong.push('line of the teams');
  return { campaign: one('liancha-announcement/1')[0], rule: one('rule')[0],
    announced: one('announced')[0],
    secret: one('secret')[0], publish: one('publish')[0], latest: one('latest')[0], value,
    earlier: all('earlier'), draws,
    teams: { ...value, issue: issueOfTeams, at: teamsAt, secret: teamsSecret },
    parameters: Object.fromEntries(all('parameter')) };
}

// The value of a form "6x01-33<+1x01-16".
function fits(form, value) {
  const numbers = value.split(' ');
  for (const [, count, low, high, sorted] of form.matchAll(/([0-9]+)x([0-9]+)-([0-9]+)(<?)/g)) {
    const group = numbers.splice(0, Number(count));
    const good = (n) => /^[0-9]+$/.test(n) && n.length === low.length && n >= low && n <= high;
    if (group.length !== Number(count) || !group.every(good) || (sorted && !ascends(group)))
      return false;
  }
  return numbers.length === 0;
}

function strangersPulse(files, name, value, drawn, hash) {
  const pem = files.get('beacon.pem');
  const text = files.get(name)?.toString('utf8');
  if (!pem || !text) return ['beacon'];
  const at = text.lastIndexOf('signature\t');
  const signature = Buffer.from(text.slice(at + 10, -1), 'hex');
  const wanted =
    `liancha-pulse/1\t${value.source}\nround\t${value.issue}\ntime\t${value.at}\nprevious\t`;
  return hash(pem) === value.key && text.startsWith(wanted) &&
    text.slice(0, at).endsWith(`\nvalue\t${drawn}\n`) &&
    signature.toString('hex') === text.slice(at + 10, -1) &&
    verify('sha256', Buffer.from(text.slice(0, at)), pem, signature) ? [] : ['pulse'];
}

function strangersTimes({ times, state, seed }, { announced, value, latest }) {
  const { opened, drawn } = times;
  if (times.announced !== announced || !TIME.test(opened) || opened < announced) return ['times'];
  if (seed === null) return drawn === null ? [] : ['times'];
  if (!TIME.test(drawn) || drawn < value.at) return ['times'];
  return (state === 'drawn' ? drawn === opened && drawn <= latest : drawn >= opened)
    ? [] : ['times'];
}

function strangersAnnounced(files, doc, kept) {
  const wrong = [];
  const hash = hashOf(doc.rule);
  const text = files.get('announcement.txt')?.toString('utf8');
  if (!text) return ['missing announcement.txt'];
  const digest = hash(text);
  if (digest !== doc.announcement) wrong.push('digest of the announcement');
  if (kept && digest !== kept) wrong.push('not the announcement that was kept');
  const announced = strangersAnnouncement(text, wrong);
  if (announced.campaign !== doc.campaign || announced.rule !== doc.rule)
    wrong.push('campaign and rule');
  if (!['drawn', 'void'].includes(doc.state) ||
    (doc.state === 'void') !== (doc.void_why !== null) ||
    (doc.state === 'drawn' && doc.seed === null) ||
    (doc.seed === null) !== (doc.public_value === null))
    wrong.push('state');
  const members = files.get('draw.json').toString('utf8').match(/"[a-z_]+":/g).length;
  if (members !== Object.keys(doc).length + Object.keys(doc.times).length ||
    Object.keys(doc).sort().join() !== MEMBERS ||
    Object.keys(doc.times).sort()
    .join() !== 'announced,closed,drawn,opened,teams') wrong.push('members of draw.json');
  wrong.push(...strangersTimes(doc, announced));
  if (!HEX.test(doc.secret) || hash(doc.secret) !== announced.secret) wrong.push('secret');
  const beacon = announced.value.kind === 'beacon';
  const drawn = doc.seed !== null;
  if (beacon && drawn)
    wrong.push(...strangersPulse(files, 'pulse.txt', announced.value, doc.public_value, hash));
  else if (drawn && !fits(announced.value.form, doc.public_value)) wrong.push('form of the value');
  const seed = drawn ? hash([doc.secret, doc.public_value, digest].join('|')) : null;
  if (seed !== doc.seed) wrong.push('seed');
  wrong.push(...strangersClosing(files, doc, announced, hash));
  const kinds = ['snapshot', 'blocks', 'roster', 'changes', ...drawn ? ['result'] : [],
    ...doc.state === 'drawn' && announced.publish === 'once' ? ['drawn'] : []];
  const known = ['draw.json', 'announcement.txt',
    ...files.has('announcement.tsr') ? ['announcement.tsr'] : [],
    ...beacon ? ['beacon.pem'] : [],
    ...beacon && drawn ? ['pulse.txt'] : [], ...doc.teams_seed ? ['closing.txt'] : [],
    ...beacon && doc.teams_value && !teamsAreLate(doc, announced) ? ['teams-pulse.txt'] : [],
    ...doc.teams_seed ? TEAM_FILES : [], ...doc.state === 'drawn' ? ['substitutes.txt'] : [],
    ...announced.draws.flatMap(({ id }) => kinds.map((kind) => `${kind}-${id}.txt`))];
  const missing = known.filter((name) => !files.has(name)).map((name) => `missing ${name}`);
  wrong.push(...[...files.keys()].filter((name) => !known.includes(name))
    .map((name) => `extra ${name}`), ...missing);
  if (missing.length) return wrong;
  for (const { id, sha256, roster, frozen, quotas } of announced.draws) {
    if (hash(files.get(`roster-${id}.txt`)) !== roster) wrong.push(`roster-${id}.txt`);
    wrong.push(...strangersWeights(files, id, frozen, hash));
    const draw = { draw: id, snapshot_sha256: sha256,
      quotas: Object.fromEntries(quotas.map(([stratum, n]) => [stratum, Number(n)])) };
    wrong.push(...strangersDraw(files, draw, hash, drawn ? [seed, doc.seed] : []));
    if (kinds.includes('drawn') && files.get(`drawn-${id}.txt`).toString('utf8') !==
      strangersDrawn(files.get(`result-${id}.txt`).toString('utf8'), id, doc.secret, hash))
      wrong.push(`drawn-${id}.txt`);
  }
  for (const [draw, stratum, , , position, , , opening] of doc.state === 'drawn'
    ? files.get('substitutes.txt').toString('utf8').split('\n').slice(1, -1)
      .map((line) => line.split('\t')) : [])
    if (opening !== hash([doc.secret, 'reserve', draw, stratum, position].join('|')))
      wrong.push('opening of a substitute');
  return wrong;
}

// What was public of a result with the draw.
export function strangersDrawn(result, id, secret, hash) {
  const lines = result.split('\n').slice(0, -1).map((line) => {
    const [stratum, position, subject, kind] = line.split('\t');
    const place = [id, stratum, position].join('|');
    const opening = hash(`${secret}|reserve|${place}`);
    const shown = kind === 'reserve' ? hash(`${opening}|${place}|${subject}`) : subject;
    return [stratum, position, shown, kind].join('\t');
  });
  return `${[`liancha-drawn/1\t${id}`, ...lines].join('\n')}\n`;
}

// Whether the teams were drawn when the second value was not to be entered any more.
const teamsAreLate = ({ times }, { teams, parameters }) => {
  const seconds = Number(parameters['draw.teams.seconds'] ?? 0);
  return seconds > 0 && Date.parse(times.teams) > Date.parse(teams.at) + seconds * 1000;
};

// What the teams are drawn from, their value, and their seed; the teams match-world.mjs replays.
function strangersClosing(files, doc, { teams, draws, parameters }, hash) {
  const { closing, teams_value: value, teams_seed: seed, teams_secret: secret, times } = doc;
  const wrong = [];
  const pairs = [[closing, times.closed], [seed, secret], [value, times.teams]];
  if (pairs.some(([a, b]) => (a === null) !== (b === null)) || (value === null && seed !== null) ||
    (closing === null && value !== null) || (doc.state === 'void' && closing !== null))
    wrong.push('members of the teams');
  if (closing === null) return wrong;
  if (!TIME.test(times.closed) || times.closed < times.drawn) wrong.push('time of the closing');
  if (!HEX.test(closing)) wrong.push('digest of the closing');
  if (value !== null && (!TIME.test(times.teams) || times.teams < times.closed ||
    times.teams < teams.at)) wrong.push('time of the teams');
  const late = value !== null && teamsAreLate(doc, { teams, parameters });
  if (late) {
    if (value !== doc.public_value) wrong.push('a second value that came too late');
  } else if (value !== null && teams.kind === 'beacon')
    wrong.push(...strangersPulse(files, 'teams-pulse.txt', teams, value, hash));
  else if (value !== null && !fits(teams.form, value)) wrong.push('form of the second value');
  if (seed === null) return wrong;
  const digest = (name) => hash(files.get(name) ?? '');
  const lines = [['liancha-closing/1', doc.campaign], ['announcement', doc.announcement],
    ['closed', times.closed], ['secret', secret],
    ...draws.map(({ id }) => ['result', id, digest(`result-${id}.txt`)]),
    ...['visits', 'inspectors', 'differences'].map((name) => [name, digest(`${name}.txt`)])];
  const text = `${lines.map((line) => line.join('\t')).join('\n')}\n`;
  if (files.get('closing.txt')?.toString('utf8') !== text || hash(text) !== closing)
    wrong.push('closing');
  if (!HEX.test(secret) || hash(secret) !== teams.secret) wrong.push('secret of the teams');
  if (hash([secret, value, closing].join('|')) !== seed) wrong.push('seed of the teams');
  const rows = (name) => (files.get(name)?.toString('utf8') ?? '').split('\n').slice(1, -1)
    .map((line) => line.split('\t'));
  if (rows('differences.txt').some(([, , , , , at]) => !TIME.test(at) || at > times.closed ||
    times.closed >= teams.at)) wrong.push('differences that were not closed in time');
  if (rows('adjustments.txt').some(([visit, , , , joiner, , ticket]) => joiner !== '-' &&
    hash(`${seed}|visit|${visit}|inspector|${joiner}|1`) !== ticket))
    wrong.push('tickets of adjustments');
  return [...wrong, ...strangersLimit(rows('teams.txt'), rows('adjustments.txt'),
    Number(parameters['adjustment.percent'] ?? 0))];
}

// Of those who were drawn no more are changed than was announced.
function strangersLimit(teams, adjustments, percent) {
  const source = new Map(teams.map(([visit, , card, by]) => [`${visit} ${card}`, by]));
  const changed = new Set();
  for (const [visit, , kind, leaver, joiner, by] of adjustments) {
    if (leaver !== '-' && kind !== 'recusal' && source.get(`${visit} ${leaver}`) !== 'direct')
      changed.add(leaver);
    source.set(`${visit} ${joiner}`, by);
  }
  return changed.size * 100 > percent * new Set(teams.map(([, , card]) => card)).size
    ? ['more changes than announced'] : [];
}

// Weight and reason of facts, by the numbers of a snapshot's first line.
function strangersWeight(numbers, day, [credit, complaints, lists, checks, clean, marks]) {
  const n = (name) => Number(numbers[name]);
  const days = (text) => Date.parse(text) / 86400000;
  const quiet = credit === 'A' && complaints === '0' && lists === '-' && clean !== '-' &&
    !/[kp]/.test(marks) && days(day) - days(clean) < n('quiet_days');
  if (marks.includes('c')) return '0\t已注销、停业或迁出';
  if (marks.includes('d')) return '0\t本计划先前已抽中并派发';
  if (n('yearly') && checks >= n('yearly') && !marks.includes('k')) return '0\t本年度检查次数已达上限';
  if (quiet) return '0\t近期检查未发现问题，非请勿扰';
  const weight = n(credit === '-' ? 'unrated' : credit) +
    n('complaint') * Math.min(complaints, n('complaints_max')) +
    (/a/.test(lists) ? n('abnormal') : 0) + (/s/.test(lists) ? n('serious') : 0);
  return `${Math.min(255, Math.max(1, weight))}\t`;
}

function strangersWeights(files, id, frozen, hash) {
  const [head, ...lines] = files.get(`snapshot-${id}.txt`).toString('utf8').split('\n').slice(0, -1)
    .map((line) => line.split('\t'));
  const [format, draw, day, rules, changes] = head;
  const wrong = [];
  const time = Date.parse(frozen);
  const inChina = new Date(time + 8 * 3600000).toISOString().slice(0, 10);
  if (format !== 'liancha-snapshot/2' || draw !== id || day !== inChina || head.length !== 5)
    wrong.push(`head of snapshot-${id}.txt`);
  const file = files.get(`changes-${id}.txt`);
  const since = new Date(time - 30 * 86400000).toISOString();
  if (hash(file) !== changes ||
    file.toString('utf8').split('\n')[0] !== ['liancha-changes/1', id, since, frozen].join('\t'))
    wrong.push(`changes-${id}.txt`);
  const numbers = Object.fromEntries((rules ?? '').split(',').map((one) => one.split('=')));
  const bad = lines.findIndex(([, , weight, reason, facts], i) => lines[i].length !== 5 ||
    `${weight}\t${reason}` !== strangersWeight(numbers, day, facts.split(',')));
  if (bad >= 0) wrong.push(`snapshot-${id}.txt line ${bad + 2}`);
  return wrong;
}

// ---- rule 1 ----

function strangersCommitted(files, doc) {
  const hash = hashOf(doc.rule);
  const rosters = doc.draws.every((draw) => draw.roster_sha256) && doc.nonce !== null;
  const known = ['draw.json', ...doc.draws.flatMap(({ draw }) =>
    ['snapshot', 'blocks', 'result', ...rosters ? ['roster'] : []]
    .map((kind) => `${kind}-${draw}.txt`))];
  const wrong = [...files.keys()]
    .filter((name) => !known.includes(name) && !MATCH_FILES.includes(name))
    .map((name) => `extra ${name}`);
  const missing = known.filter((name) => !files.has(name)).map((name) => `missing ${name}`);
  if (missing.length) return [...wrong, ...missing];
  const { committed, valued, drawn, revealed } = doc.times;
  if (!(committed <= valued && valued <= drawn && drawn <= revealed)) wrong.push('times');
  const order = doc.draws.map(({ draw }) => draw);
  if (order.join() !== [...order].sort().join()) wrong.push('order of draws');
  if (hash(doc.secret) !== doc.secret_hash) wrong.push('commitment and secret');
  if (rosters) wrong.push(...strangersRosters(files, doc, hash));
  const seed = hash([doc.secret, doc.public_value,
    ...doc.draws.map((draw) => draw.snapshot_sha256)].join('|'));
  if (seed !== doc.seed) wrong.push('seed');
  for (const draw of doc.draws) wrong.push(...strangersDraw(files, draw, hash, [seed, doc.seed]));
  return wrong;
}

function strangersRosters(files, { nonce, secret, draws }, hash) {
  const wrong = draws.filter(({ draw, roster_sha256: stated }) =>
    hash(files.get(`roster-${draw}.txt`)) !== stated).map(({ draw }) => `roster-${draw}.txt`);
  const digests = draws.map((draw) => draw.roster_sha256);
  return hash([nonce, ...digests].join('|')) === secret ? wrong : [...wrong, 'rosters and secret'];
}

function strangersDraw(files, { draw, snapshot_sha256: sha256, quotas }, hash, seeds) {
  const snapshot = files.get(`snapshot-${draw}.txt`);
  const wrong = [];
  const blocks = files.get(`blocks-${draw}.txt`).toString('latin1').split('\n');
  if (blocks.pop() !== '') wrong.push(`end of the blocks of ${draw}`);
  for (let at = 0; at < Math.max(snapshot.length, blocks.length * 4096); at += 4096) {
    const block = snapshot.subarray(at, at + 4096);
    const line = [String(at).padStart(10, '0'), String(block.length).padStart(4, '0'), hash(block)];
    if (blocks[at / 4096] !== line.join('\t')) wrong.push(`block ${at} of ${draw}`);
  }
  if (hash(snapshot) !== sha256) return [`snapshot-${draw}.txt`, ...wrong];
  if (!seeds.length) return wrong; // void, and its value is not known
  const results = seeds.map((seed) => strangersResult(snapshot, quotas, hash, seed));
  const published = files.get(`result-${draw}.txt`).toString('utf8').split('\n');
  if (!results.some((lines) => lines.join('\n') === published.join('\n'))) {
    const at = published.findIndex((line, i) => line !== results[0][i]);
    wrong.push(`result-${draw}.txt line ${at + 1}`);
  } else if (results[0].join('\n') !== published.join('\n')) wrong.push(
    'results follow the stated seed');
  return wrong;
}

export function strangersResult(snapshot, quotas, hash, seed) {
  const strata = new Map();
  for (const line of snapshot.toString('utf8').split('\n').slice(1, -1)) {
    const [subject, stratum, weight] = line.split('\t');
    const tickets = Array.from({ length: Number(weight) }, (_, j) =>
      hash(`${seed}|${subject}|${j + 1}`));
    if (!strata.has(stratum)) strata.set(stratum, []);
    if (tickets.length) strata.get(stratum).push([tickets.sort()[0], subject]);
  }
  return [...strata.keys()].sort().flatMap((stratum) => strata.get(stratum).sort()
    .slice(0, 2 * quotas[stratum]).map(([score, subject], i) =>
      [stratum, i + 1, subject, i < quotas[stratum] ? 'selected' : 'reserve', score].join('\t')))
    .concat('');
}
