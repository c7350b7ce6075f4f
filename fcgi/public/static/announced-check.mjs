// announced-check.mjs - bundles of rule liancha-draw/2: what is announced, and whether what came of
// it is that. The findings are those of `lianchactl draw verify`. Browsers and node run it.

import { checkClosed } from './closed-check.mjs';
import { instantOf, isHex64, readAnnouncement, valueFits } from './announcement.mjs';
import { readPulse } from './pulse.mjs';

const DOCUMENT = 'draw.json';
const ANNOUNCEMENT = 'announcement.txt';
const PULSE = 'pulse.txt';
const KEY = 'beacon.pem';
const MEMBERS = ['format', 'rule', 'campaign', 'state', 'announcement', 'secret',
  'public_value', 'seed',
  'void_why', 'closing', 'teams_value', 'teams_seed', 'teams_secret',
  'times'];
const TIMES = ['announced', 'opened', 'drawn', 'closed', 'teams'];

// ---- draw.json ----

function checkMembers(report, object, base, names) {
  for (const name of Object.keys(object ?? {}))
    if (!names.includes(name)) report.note(DOCUMENT, `${base}/${name}`, '不认识的成员');
}

function textOf(report, root, name, mayBeNull) {
  if (typeof root[name] === 'string') return root[name];
  if (!mayBeNull || root[name] !== null) report.note(DOCUMENT, `/${name}`, '缺少，或不是文本');
  return null;
}

function timeOf(report, times, name, mayBeNull) {
  const text = times?.[name];
  if (mayBeNull && text === null) return 0;
  const at = typeof text === 'string' ? instantOf(text) : NaN;
  if (!Number.isNaN(at)) return at;
  report.note(DOCUMENT, `/times/${name}`, '不是时间');
  return 0;
}

// The order of what happened, and that nothing happened outside what was announced.
function checkTimes(report, { times }, { isVoid, seed }, announcement) {
  const note = (name, what) => report.note(DOCUMENT, `/times/${name}`, what);
  checkMembers(report, times, '/times', TIMES);
  const announced = timeOf(report, times, 'announced', false);
  const opened = timeOf(report, times, 'opened', false);
  const drawn = timeOf(report, times, 'drawn', seed === null);
  if (announced !== announcement.announced) note('announced', '与公告中的时间不同');
  if (opened < announced) note('opened', '早于前一步的时间');
  if (seed !== null && drawn < announcement.value.at) note('drawn', '早于公告的公共随机值时间');
  if (seed === null && drawn) note('drawn', '没有抽取，却有抽取时间');
  if (!isVoid && drawn > announcement.latest) note('drawn', '晚于公告的最迟抽取时间，应为作废');
  if (!isVoid && drawn !== opened) note('opened', '抽取和公开秘密值须是同一个动作');
  if (isVoid && drawn && drawn < opened) note('drawn', '早于前一步的时间');
  return drawn;
}

function checkState(report, state, doc, why) {
  if (!['drawn', 'void'].includes(state)) report.note(DOCUMENT, '/state', `不认识的状态“${state}”`);
  if (doc.isVoid !== (why !== null)) report.note(DOCUMENT, '/void_why', '作废须有理由，抽取的没有');
  if (!doc.isVoid && doc.seed === null) report.note(DOCUMENT, '/seed', '已抽取的批次没有种子');
  if ((doc.value === null) !== (doc.seed === null))
    report.note(DOCUMENT, '/public_value', '公共随机值和种子须一同公示');
}

// ---- the value ----

async function checkPulse(report, files, source, { file, member, value }) {
  const missing = [KEY, file].find((name) => !files.has(name));
  if (missing) {
    report.note(missing, '', '公示包中没有这个文件');
    return;
  }
  const hex = await report.hash.digestHex(files.get(KEY));
  if (hex !== source.key) {
    report.note(KEY, '', `不是公告的信标公钥：摘要是 ${hex}，公告的是 ${source.key}`);
    return;
  }
  const pulse = await readPulse(files.get(file), new TextDecoder().decode(files.get(KEY)));
  if (!pulse) report.note(file, '', '信标脉冲的内容有误，或不是公告的密钥所签');
  else if (pulse.beacon !== source.source || pulse.round !== source.issue || pulse.at !== source.at)
    report.note(file, '', '信标、轮次或时间不是公告的');
  else if (pulse.value !== value)
    report.note(DOCUMENT, member, `不是信标这一轮的值：应为 ${pulse.value}`);
}

// A value of that source: a pulse in that file, or as typed; member: of draw.json.
export async function checkValue(report, files, source, { file, member, value }) {
  const beacon = source.kind === 'beacon';
  if (beacon && value !== null) await checkPulse(report, files, source, { file, member, value });
  else if (files.has(file)) report.note(file, '', '公告的公共随机值不是信标，或尚未取得');
  if (!beacon && value !== null && !valueFits(source, value))
    report.note(DOCUMENT, member, `公共随机值不是公告的形式 ${source.form}`);
}

function checkKey(report, files, doc, announcement) {
  const beacon = announcement.value.kind === 'beacon';
  if (beacon && doc.value === null && !files.has(KEY)) report.note(KEY, '', '公示包中没有这个文件');
  if (!beacon && files.has(KEY)) report.note(KEY, '', '公告的公共随机值不是信标');
}

async function checkSecret(report, { secret }, announcement) {
  const hash = isHex64(secret) ? await report.hash.textHex(secret) : null;
  if (hash === null) report.note(DOCUMENT, '/secret', '秘密值不是 64 位小写十六进制数');
  else if (hash !== announcement.secretHash)
    report.note(DOCUMENT, '/secret', `不是公告的秘密值：摘要是 ${hash}，公告的是 ${announcement.secretHash}`);
  return hash === announcement.secretHash;
}

async function checkSeed(report, { secret, value, seed, digest }) {
  if (value === null || seed === null) return null;
  if (!isHex64(secret) || !isHex64(digest)) {
    report.note(DOCUMENT, isHex64(secret) ? '/announcement' : '/secret', '无法算出种子');
    return null;
  }
  const computed = await report.hash.textHex([secret, value, digest].join('|'));
  if (computed !== seed)
    report.note(DOCUMENT, '/seed',
      `种子不是由秘密值、公共随机值和公告摘要合成的：算得 ${computed}，公示的是 ${seed}`);
  return computed;
}

// ---- the announcement ----

// kept: a digest, or the announcement itself.
async function checkKept(report, kept, hex) {
  if (!kept) return;
  const digest = typeof kept === 'string' ? kept : await report.hash.digestHex(kept);
  if (digest !== hex)
    report.note(ANNOUNCEMENT, '', `公告不是您事先记下的那一份：您记下的摘要是 ${digest}`);
}

async function readAnnounced(report, files, root, { digest, published, kept }) {
  const bytes = files.get(ANNOUNCEMENT);
  if (!bytes) {
    report.note(ANNOUNCEMENT, '', '公示包中没有这个文件');
    return null;
  }
  const hex = await report.hash.digestHex(bytes);
  if (hex !== digest)
    report.note(ANNOUNCEMENT, '', `公告不是公布的那一份：摘要是 ${hex}，公布的是 ${digest}`);
  await checkKept(report, kept, hex);
  for (const [name, value] of Object.entries(published))
    if (root[name] !== value) report.note(DOCUMENT, `/${name}`, `与网页上公示的不同：网页上是 ${value}`);
  try {
    const announcement = readAnnouncement(bytes);
    if (announcement.campaign !== root.campaign)
      report.note(DOCUMENT, '/campaign', `公告属于批次 ${announcement.campaign}`);
    if (announcement.rule !== root.rule)
      report.note(DOCUMENT, '/rule', `公告的规则是 ${announcement.rule}`);
    return announcement;
  } catch (error) {
    if (!error.where) throw error;
    report.note(ANNOUNCEMENT, error.where, error.message);
    return null;
  }
}

// {draws, committed, computed, isVoid, teams}: what is bound, and the seed as the rule has it; null
// where no draw can be computed. teams: of those drawn, their seed as the rule has it, the
// announced limit of changes, and when their differences could count. substitutes: from when on, up
// to when they are in the visits, the announced limit, and the secret that opens their digests.
// drawn: that secret where who was drawn was public with the draw, else null.
export async function checkAnnounced(report, files, root, { published = {}, kept = null }) {
  checkMembers(report, root, '', MEMBERS);
  const text = (name, mayBeNull = false) => textOf(report, root, name, mayBeNull);
  const campaign = text('campaign');
  const doc = { secret: text('secret'), value: text('public_value', true),
    seed: text('seed', true) };
  const state = text('state');
  const why = text('void_why', true);
  doc.digest = text('announcement');
  doc.isVoid = state === 'void';
  const stated = { closing: text('closing', true), value: text('teams_value', true),
    seed: text('teams_seed', true), secret: text('teams_secret', true) };
  if ([campaign, doc.secret, state, doc.digest].includes(null)) return null;
  const announcement = await readAnnounced(report, files, root,
    { digest: doc.digest, published, kept });
  if (!announcement) return null;
  checkState(report, state, doc, why);
  const drawnAt = checkTimes(report, root, doc, announcement);
  const committed = await checkSecret(report, doc, announcement);
  await checkValue(report, files, announcement.value,
    { file: PULSE, member: '/public_value', value: doc.value });
  checkKey(report, files, doc, announcement);
  const computed = await checkSeed(report, doc);
  const times = { closed: timeOf(report, root.times, 'closed', true),
    teams: timeOf(report, root.times, 'teams', true) };
  const seed = await checkClosed(report, files, stated, times,
    { announcement, digest: doc.digest, drawnAt, isVoid: doc.isVoid, value: doc.value });
  const percentOf = (name) => Math.max(announcement.parameters.get(`${name}.percent`) ?? 0, 0);
  const teams = stated.seed === null ? null
    : { seed, closed: times.closed, before: announcement.teams.at,
      percent: percentOf('adjustment') };
  const substitutes = { drawnAt, closed: times.closed, percent: percentOf('substitute'),
    secret: doc.secret };
  const draws = announcement.draws.map((draw) => ({ ...draw, intact: false, lines: 0, selected: 0,
    reserves: 0 }));
  // Who was drawn was public with the draw, the reserves as digests of that secret.
  const drawn = announcement.teams.publish === 'once' && !doc.isVoid ? doc.secret : null;
  return { draws, committed, computed, isVoid: doc.isVoid, teams, substitutes, drawn };
}

// The rosters are those that were announced.
export async function checkAnnouncedRosters(report, files, draws) {
  const before = report.findingCount;
  for (const { id, rosterSha256 } of draws) {
    const name = `roster-${id}.txt`;
    const hex = files.has(name) ? await report.hash.digestHex(files.get(name)) : null;
    if (hex === null) report.note(name, '', '公示包中没有这个文件');
    else if (hex !== rosterSha256)
      report.note(name, '', `人员名单不是公告的那一份：摘要是 ${hex}，公告的是 ${rosterSha256}`);
  }
  return report.findingCount === before;
}
