// A bundle of rule 2 with one thing changed, removed, doubled or moved: every field of every line
// of its texts, every member of draw.json, every file. lianchactl, the page and a stranger's script
// each refuse each. And one changed throughout, so that it is sound in itself: only who kept the
// announcement's digest can tell, and does.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { post } from '../../conf/main-job/office.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { rebundle } from '../support/bundle.mjs';
import { DrawWorld, LOTTERY, NUMBERS, strangersCheck, strangersDrawn, strangersResult, verifyAll }
  from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { strangersTeams, strangersUse, strangersVisits } from './match-world.mjs';
import { DISTRICT, HOME, MARKET, seed } from './world.mjs';

const DOCUMENT = 'draw.json';
const ANNOUNCEMENT = 'announcement.txt';
const CLOSING = 'closing.txt';
const LINES_EACH = 1;
// Of the kinds every second one, all of them by tests/long.
const STEP = process.env.LIANCHA_LONG ? 1 : 2;

let stack;
let early; // the bundle before anything was closed
let bundle; // with its teams
let files;
let digest; // of the announcement
let lastFound; // what lianchactl and the page said last

before(async () => {
  stack = await startStack();
  await seed(stack);
  const world = new DrawWorld(stack, 350);
  const first = await world.advance(await world.campaign([HOME, MARKET]), 'freeze');
  await world.step(first, 'abandon');
  const plans = first.draws.map(({ plan }) => plan);
  world.teamsMs = 20000; // what is closed comes before, on a busy machine too
  await world.publish(1);
  const campaign = await world.advance(await world.campaignOf(plans, { reason: '首次取消' }), 'value');
  await world.publish(null);
  early = await world.bundle(campaign);
  const planner = await world.planner(HOME);
  const step = (name) => post(planner, `/planner/v1/campaigns/${campaign.code}/${name}`);
  await step('visits');
  await stack.operate("UPDATE inspector SET on_duty = 0 WHERE card_no = 'T-H410402-1'");
  await post(planner, `/planner/v1/campaigns/${campaign.code}/differences`,
    { inspector: 'T-H410402-1', cause: 'absent', reason: '测试' });
  await world.approve(campaign, 'T-H410402-1', DISTRICT);
  await step('close');
  await world.teams(campaign);
  bundle = await world.bundle(campaign);
  files = untar(bundle);
  digest = JSON.parse(files.get(DOCUMENT)).announcement;
});
after(async () => { // what others find is as it was
  await stack.operate("UPDATE inspector SET on_duty = 1 WHERE card_no = 'T-H410402-1'");
  await stack.stop();
});

// What lianchactl, the page and a stranger find: how much of it.
async function findings(bytes, kept) {
  const path = join(stack.var, 'tampered.tar');
  writeFileSync(path, bytes);
  const args = ['draw', 'verify', path, ...kept ? ['--announcement', kept] : []];
  const { out } = await stack.office.ctl(args, { codes: [0, 1] });
  return findingsBeside(out, bytes, kept);
}

// The same, with what lianchactl said.
async function findingsBeside(out, bytes, kept) {
  const page = await checkBundle(bytes, { kept });
  let stranger = 1;
  try {
    const own = untar(bytes);
    stranger = strangersCheck(bytes, kept).length;
    const { campaign, state } = JSON.parse(own.get(DOCUMENT));
    if (state === 'drawn') stranger += strangersVisits(own).length;
    for (const name of ['substitutes', 'adjustments'].filter((one) => own.has(`${one}.txt`)))
      stranger += Number(own.get(`${name}.txt`).toString('utf8') !==
        `liancha-${name}/${name === 'substitutes' ? 3 : 1}\t${campaign}\n`); // nothing happened
    if (own.has('teams.txt'))
      stranger += strangersUse(own).length +
        Number(own.get('teams.txt').toString('utf8') !== teamsText(own));
  } catch {
    // What it cannot read it does not accept.
  }
  lastFound = { lianchactl: out.findings, page: page.findings };
  return { lianchactl: out.finding_count, page: page.findingCount, stranger };
}

// The text of the teams as a stranger draws them.
function teamsText(own) {
  const { campaign } = JSON.parse(own.get(DOCUMENT));
  return `liancha-teams/1\t${campaign}\n` +
    strangersTeams(own).map((row) => `${row.join('\t')}\n`).join('');
}

const other = (text) => (/[0-9a-f]$/.test(text)
  ? text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  : `${text}x`);

const spliced = (list, at, n, ...items) => [...list.slice(0, at), ...items, ...list.slice(at + n)];

// Of announcement and closing two lines of each kind, of another file the first and the last one.
function chosenLines(name, lines) {
  const all = lines.map((_, i) => i);
  if (![ANNOUNCEMENT, CLOSING].includes(name)) return all.filter((i) => i < LINES_EACH ||
    i >= lines.length - LINES_EACH);
  const seen = new Map();
  return all.filter((i) => {
    const key = lines[i].split('\t')[0];
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key) <= 2;
  });
}

// The text with a line changed in each of its fields, removed, doubled, and moved behind the next.
function* linesOf(name, text) {
  const lines = text.split('\n').slice(0, -1);
  const chosen = chosenLines(name, lines);
  const joined = (list) => `${list.join('\n')}\n`;
  for (const i of chosen) {
    const fields = lines[i].split('\t');
    for (const [k, field] of fields.entries())
      yield [`line ${i + 1}, field ${k + 1}`,
        joined(spliced(lines, i, 1, spliced(fields, k, 1, other(field)).join('\t')))];
    yield [`line ${i + 1} removed`, joined(spliced(lines, i, 1))];
    yield [`line ${i + 1} doubled`, joined(spliced(lines, i, 0, lines[i]))];
    if (i + 1 < lines.length)
      yield [`line ${i + 1} moved`, joined(spliced(lines, i, 2, lines[i + 1], lines[i]))];
  }
  yield ['a byte more', `${text} `];
  yield ['the last byte gone', text.slice(0, -1)];
}

function* membersOf(text) {
  const doc = JSON.parse(text);
  for (const [name, value] of Object.entries(doc)) {
    if (name === 'times') continue;
    yield [`${name} changed`, JSON.stringify({ ...doc,
      [name]: value === null ? 'x' : other(value) })];
    const { [name]: gone, ...rest } = doc;
    void gone;
    yield [`${name} removed`, JSON.stringify(rest)];
    yield [`${name} doubled`, text.replace('{',
      `{${JSON.stringify(name)}:${JSON.stringify(value)},`)];
  }
  for (const [name, at] of Object.entries(doc.times)) {
    const change = (times) => JSON.stringify({ ...doc, times });
    yield [`times.${name} earlier`, change({ ...doc.times, [name]: '2020-01-01T00:00:00.000Z' })];
    yield [`times.${name} later`, change({ ...doc.times, [name]: '2099-01-01T00:00:00.000Z' })];
    yield [`times.${name} otherwise written`,
      change({ ...doc.times, [name]: at.replace('.', ',') })];
    yield [`times.${name} removed`, change({ ...doc.times, [name]: undefined })];
  }
  yield ['a member more', JSON.stringify({ ...doc, more: 1 })];
  yield ['a time more', JSON.stringify({ ...doc, times: { ...doc.times, more: 1 } })];
}

test('the bundle itself is sound, also for who kept the digest', async () => {
  assert.deepEqual(await findings(bundle, digest), { lianchactl: 0, page: 0, stranger: 0 });
});

test('one thing changed, removed, doubled or moved is refused by each verifier', async () => {
  let made = 0;
  const tried = [];
  const attempt = (name, what, bytes) => {
    if (made++ % STEP === 0) tried.push([`${name}, ${what}`, bytes]);
  };
  for (const [name, bytes] of files) {
    attempt(name, 'left out', rebundle(bundle, name, () => null));
    const text = bytes.toString('utf8');
    const changes = name === DOCUMENT ? membersOf(text) : linesOf(name, text);
    for (const [what, changed] of changes) {
      const forged = rebundle(bundle, name, () => Buffer.from(changed));
      if (!forged.equals(bundle)) attempt(name, what, forged);
    }
  }
  console.log(`${tried.length} of ${made} kinds of tampering`);
  const accepted = [];
  const said = await verifyAll(stack, tried.map(([, bytes]) => bytes));
  for (const [i, [what, bytes]] of tried.entries())
    for (const [who, n] of Object.entries(await findingsBeside(said[i], bytes)))
      if (n === 0) accepted.push(`${who}: ${what}`);
  assert.deepEqual(accepted, []);
  assert.ok(made >= 500, `${made}`);
  assert.ok(tried.length >= 200, `${tried.length}`);
});

test('nothing hides in the archive itself', async () => {
  const changed = (at, byte) => {
    const copy = Buffer.from(bundle);
    copy[at] = byte;
    return copy;
  };
  const first = [...files.values()][0].length; // the padding behind the first file
  for (const [what, bytes] of [['a byte behind the end', Buffer.concat([bundle, Buffer.from('x')])],
    ['a block behind the end', Buffer.concat([bundle, Buffer.alloc(512)])],
    ['an end cut', bundle.subarray(0, -512)], ['a byte of the end', changed(bundle.length - 1, 1)],
    ['an owner', changed(114, 0x31)], ['a spare byte of a header', changed(505, 1)],
    ['a byte of padding', changed(512 + first, 1)]])
    for (const [who, found] of Object.entries(await findings(bytes)))
      assert.ok(found > 0, `${who}: ${what}`);
});

// Another announcement or value, and all that follows from it, computed anew.
function throughout(bytes, text, value) {
  const own = untar(bytes);
  const hash = (one) => createHash('sha256').update(one).digest('hex');
  const doc = JSON.parse(own.get(DOCUMENT));
  doc.announcement = hash(text);
  doc.public_value = value ?? doc.public_value;
  doc.seed = hash([doc.secret, doc.public_value, doc.announcement].join('|'));
  let forged = rebundle(bytes, ANNOUNCEMENT, () => Buffer.from(text));
  forged = rebundle(forged, DOCUMENT, () => Buffer.from(JSON.stringify(doc)));
  let draw;
  const quotas = new Map();
  for (const [key, one, two] of text.split('\n').map((line) => line.split('\t'))) {
    if (key === 'draw') quotas.set(draw = one, {});
    if (key === 'quota') quotas.get(draw)[one] = Number(two);
  }
  for (const [id, of] of quotas) {
    const result = strangersResult(own.get(`snapshot-${id}.txt`), of, hash, doc.seed).join('\n');
    forged = rebundle(forged, `result-${id}.txt`, () => Buffer.from(result));
    forged = rebundle(forged, `drawn-${id}.txt`, () => Buffer.from(
      strangersDrawn(result, id, doc.secret, hash)));
  }
  return forged;
}

// The office itself, afterwards.
test('changed throughout it is sound in itself, and another than the one that was kept', async () => {
  const text = untar(early).get(ANNOUNCEMENT).toString('utf8');
  for (const [from, to] of [[/^quota\t(\S+)\t4$/m, 'quota\t$1\t3'], [/^latest\t20/m, 'latest\t21'],
    [/^name\t.*$/m, 'name\t另一个名称'],
    [/^parameter\tweight\.credit\.A\t1$/m, 'parameter\tweight.credit.A\t7'],
    [/^earlier\t.*\n/m, '']]) {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, String(from));
    const forged = throughout(early, changed);
    assert.deepEqual(await findings(forged), { lianchactl: 0, page: 0, stranger: 0 }, String(from));
    assert.deepEqual(await findings(forged, digest), { lianchactl: 1, page: 1, stranger: 1 },
      String(from));
  }
});

test('what could be written in two ways is written in one, for each verifier', async () => {
  // As if two departments had typed a lottery.
  let lottery = rebundle(early, 'pulse.txt', () => null);
  lottery = rebundle(lottery, 'beacon.pem', () => null);
  const { source, issue, form, place, departments, teams_issue: later } = LOTTERY;
  const text = untar(early).get(ANNOUNCEMENT).toString('utf8')
    .replace(/^value\t.*\t(\S+)\t[^\t\n]*\nkey\t.*$/m, (_, at) =>
      [['value', 'lottery', source, issue, form, at, place].join('\t'),
        ...departments.map((one) => `witness\t${one}`)].join('\n'))
    .replace(/^teams\t[^\t]*/m, `teams\t${later}`);
  assert.deepEqual(await findings(throughout(lottery, text, NUMBERS)),
    { lianchactl: 0, page: 0, stranger: 0 });
  const accepted = [];
  const attempt = async (what, changed, value = NUMBERS) => {
    for (const [who, n] of Object.entries(await findings(throughout(lottery, changed, value))))
      if (n === 0) accepted.push(`${who}: ${what}`);
  };
  for (const value of ['3 8 14 19 25 31 7', '003 008 014 019 025 031 007', '+3 08 14 19 25 31 07',
    '０３ 08 14 19 25 31 07', '03  08 14 19 25 31 07', '03\t08 14 19 25 31 07', ` ${NUMBERS}`,
    `${NUMBERS}\n`, `${NUMBERS}\r`, '03 08 14 19 25 3: 07', '03 08 14 19 25 31 0x7',
    '03,08,14,19,25,31,07', '08 03 14 19 25 31 07', '03 03 14 19 25 31 07', `${NUMBERS} 08`,
    `\ufeff${NUMBERS}`, `${NUMBERS}\u0000`, '03\u00a008 14 19 25 31 07', ''])
    await attempt(`value ${JSON.stringify(value)}`, text, value);
  for (const [line, from, to] of [['parameter', '1', ['01', '+1', '1e0', '１', '-0', '1\r',
    '9223372036854775808']], ['quota', '4', ['04', '4.0', '４', ' 4']]])
    for (const changed of to)
      await attempt(`${line} ${JSON.stringify(changed)}`, text.replace(
        new RegExp(`^(${line}\\t\\S+\\t)${from}$`, 'm'), (_, key) => key + changed));
  for (const to of ['Z', '.000000Z', '.000+00:00', ',000Z', '.000z'])
    await attempt(`latest ${to}`, text.replace(/^(latest\t.*)\.\d{3}Z$/m, `$1${to}`));
  await attempt('latest 2200', text.replace(/^latest\t20/m, 'latest\t22'));
  await attempt('line ends', text.replaceAll('\n', '\r\n'));
  await attempt('a mark before it', `\ufeff${text}`);
  assert.deepEqual(accepted, []);
});

// The office itself, afterwards, with the teams' secret at hand: other visits, closed and drawn for
// anew.
test('visits that do not follow from the strata are named, though all else fits them', async () => {
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const field = (n, change) => (lines) => [lines[0],
    lines[1].split('\t').map((one, i) => (i === n ? change(one) : one)).join('\t'),
    ...lines.slice(2)];
  for (const [what, change] of Object.entries({
    'a specialty more': field(6, (one) => `${one},blood`),
    'a comma more': field(6, (one) => `${one},`),
    'a department in the place of another': field(3, () => 'A0'),
    'another specialty': field(6, () => 'blood'),
    'another region': field(2, () => '410403'),
    'another department': field(3, (one) => `${one}9`),
    "another region of the department's": field(5, () => '410400'),
    'a visit less': (lines) => lines.slice(0, 1).concat(lines.slice(2)),
    'a subject that was not drawn': (lines) => [...lines.slice(0, -2), lines.at(-2)
      .replaceAll(lines.at(-2).split('\t')[1], '9'.repeat(18)), ''],
  })) {
    const own = untar(bundle);
    const doc = JSON.parse(own.get(DOCUMENT));
    const text = change(own.get('visits.txt').toString('utf8').split('\n')).join('\n');
    const closing = own.get(CLOSING).toString('utf8')
      .replace(/^visits\t.*$/m, `visits\t${hash(text)}`);
    doc.closing = hash(closing);
    doc.teams_seed = hash([doc.teams_secret, doc.teams_value, doc.closing].join('|'));
    let forged = bundle;
    for (const [name, now] of [['visits.txt', text], [CLOSING, closing],
      [DOCUMENT, JSON.stringify(doc)]])
      forged = rebundle(forged, name, () => Buffer.from(now));
    const teams = teamsText(untar(forged));
    const found = await findings(rebundle(forged, 'teams.txt', () => Buffer.from(teams)));
    for (const [who, list] of Object.entries(lastFound))
      assert.deepEqual([...new Set(list.map(({ file }) => file))], ['visits.txt'],
        `${who}: ${what}: ${JSON.stringify(list)}`);
    assert.ok(found.stranger > 0, `stranger: ${what}`);
  }
});
