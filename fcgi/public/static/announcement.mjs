// announcement.mjs - reads what rule liancha-draw/2 announces (rule-2.md of fcgi/public), and
// nothing that could be written otherwise and say the same. Browsers and node run it.

const MAX = 1 << 24;
const TEXT_MAX = 1200;
const CODE_MAX = 64;
const LIST_MAX = 1000;
const VALUE_TEXT_MAX = 400;
const NUMBERS_MAX = 64;
const DEPARTMENTS_MAX = 16;
const OUTCOMES_MIN = 216;
const DRAWS_MAX = 1000;
const STRATA_MAX = 100000;
const QUOTA_MAX = 10000000;
const NUMBER_MAX = 2n ** 63n - 1n; // as the other verifiers have it

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const bytesOf = (text) => encoder.encode(text).length;

// Bytewise as UTF-8, which is the order of code points.
export function byBytes(a, b) {
  const x = encoder.encode(a);
  const y = encoder.encode(b);
  const n = Math.min(x.length, y.length);
  for (let i = 0; i < n; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

// ---- fields ----

const isText = (text, max = TEXT_MAX) => text !== '' && bytesOf(text) <= max &&
  !/[\x00-\x1F\x7F]|^ | $/.test(text);
const isCode = (text) => isText(text, CODE_MAX) && !/[| ]/.test(text);
export const isHex64 = (text) => /^[0-9a-f]{64}$/.test(text);
const isStratum = (text) => text.length <= 64 && /^[0-9]{6}\.[a-z0-9_]+$/.test(text);
const isNumber = (text) => /^(?:0|-?[1-9][0-9]{0,18})$/.test(text) &&
  BigInt(text) <= NUMBER_MAX && BigInt(text) >= -NUMBER_MAX - 1n;
const isCount = (text, least = 0, most = NUMBER_MAX) => /^(?:0|[1-9][0-9]{0,18})$/.test(text) &&
  BigInt(text) >= least && BigInt(text) <= most;

// Milliseconds of a time in its one form, of the years 1900 to 2199, or NaN.
export function instantOf(text) {
  const at = /^(?:19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
    ? Date.parse(text) : NaN;
  return Number.isNaN(at) || new Date(at).toISOString() !== text ? NaN : at;
}

export const isDate = (text) => /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(instantOf(`${text}T00:00:00.000Z`));

// ---- forms of values ----

// "6x01-33<+1x01-16": its groups, or null.
function groupsOf(form) {
  const groups = form.split('+').map((text) => {
    const parts = text.match(/^([1-9][0-9]{0,5})x([0-9]{1,6})-([0-9]{1,6})(<?)$/);
    if (!parts || parts[2].length !== parts[3].length) return null;
    const [count, low, high] = parts.slice(1, 4).map(Number);
    const range = high - low + 1;
    return range > 1 && count <= NUMBERS_MAX && (!parts[4] || count <= range)
      ? { count, low, high, range, digits: parts[2].length, ascends: parts[4] !== '' } : null;
  });
  return groups.includes(null) ? null : groups;
}

function outcomes({ count, range, ascends }) {
  let n = 1;
  const chosen = ascends ? Math.min(count, range - count) : count;
  for (let i = 0; i < chosen && n < OUTCOMES_MIN; i++)
    n = ascends ? n * (range - i) / (i + 1) : n * range;
  return n;
}

function formFault({ kind, form, witnesses }) {
  const groups = groupsOf(form);
  if (!groups) return '形式不是“个数x最小-最大”';
  const numbers = groups.reduce((n, { count }) => n + count, 0);
  if (numbers > NUMBERS_MAX) return `形式多于 ${NUMBERS_MAX} 个数`;
  if (groups.reduce((n, group) => n * outcomes(group), 1) < OUTCOMES_MIN)
    return `可能的结果少于 ${OUTCOMES_MIN} 种`;
  return kind === 'dice' && numbers !== witnesses.length ? '每个数须由一个部门掷出' : null;
}

// Whether a value has the form that was announced.
export function valueFits({ kind, form }, value) {
  if (kind === 'beacon') return isHex64(value);
  const numbers = value.split(' ');
  let at = 0;
  for (const { count, low, high, digits, ascends } of groupsOf(form)) {
    let before = -1;
    for (let i = 0; i < count; i++) {
      const text = numbers[at++] ?? '';
      const n = /^[0-9]+$/.test(text) && text.length === digits ? Number(text) : NaN;
      if (!(n >= low && n <= high) || (ascends && n <= before)) return false;
      before = n;
    }
  }
  return at === numbers.length;
}

function sourceFault(value) {
  const { kind, source, issue, form, place, key, witnesses } = value;
  for (const text of [source, issue, form, place]) if (!isText(text, VALUE_TEXT_MAX)) return '文字有误';
  if (kind === 'beacon') {
    if (form !== 'hex64' || !isCount(issue) || key === null || !isHex64(key) ||
      witnesses.length) return '信标有误';
    return null;
  }
  if (key !== null) return '只有信标有公钥';
  if (witnesses.length < 2 || witnesses.length > DEPARTMENTS_MAX ||
    new Set(witnesses).size !== witnesses.length ||
    !witnesses.every((one) => isText(one, VALUE_TEXT_MAX))) return '录入的部门有误';
  return formFault(value);
}

// ---- lines ----

class Fault extends Error {
  constructor(line, what) {
    super(`公告第 ${line} 行：${what}`);
    this.where = `line ${line}`;
  }
}

class Lines {
  #lines;
  #at = 0;

  constructor(text) { this.#lines = text.split('\n'); }

  get number() { return this.#at + 1; }
  get done() { return this.#at === this.#lines.length - 1 && this.#lines.at(-1) === ''; }

  fault(what = '不是公告在此处应有的内容') { throw new Fault(this.number, what); }

  // The fields behind the key of the line at hand, or null when it is another line.
  peek(key, count) {
    const fields = this.#at < this.#lines.length - 1 ? this.#lines[this.#at].split('\t') : [];
    return fields[0] === key && fields.length === count + 1 ? fields.slice(1) : null;
  }

  take(key, count, good = () => true) {
    const fields = this.peek(key, count);
    if (!fields || !good(...fields)) this.fault();
    this.#at++;
    return fields;
  }

  // All lines of that key; `order`: the field by which they ascend.
  takeAll(key, count, good, max) {
    const list = [];
    while (this.peek(key, count)) {
      if (list.length === max) this.fault('过多');
      const fields = this.peek(key, count);
      if (list.length && byBytes(list.at(-1)[0], fields[0]) >= 0) this.fault('次序有误，或重复');
      list.push(this.take(key, count, good));
    }
    return list;
  }
}

function readValue(lines) {
  const number = lines.number;
  const [kind, source, issue, form, at, place] = lines.take('value', 6, (...f) =>
    ['lottery', 'dice', 'beacon'].includes(f[0]) && !Number.isNaN(instantOf(f[4])));
  const value = { kind, source, issue, form, place, at: instantOf(at), key: null, witnesses: [] };
  if (lines.peek('key', 1)) [value.key] = lines.take('key', 1);
  while (lines.peek('witness', 1)) value.witnesses.push(lines.take('witness', 1)[0]);
  const fault = sourceFault(value);
  if (fault) throw new Fault(number, fault);
  return value;
}

// The same source another time.
function readTeams(lines, value) {
  const number = lines.number;
  const [issue, time, secretHash] = lines.take('teams', 3,
    (one, at, hex) => !Number.isNaN(instantOf(at)) && isHex64(hex));
  const at = instantOf(time);
  const fault = sourceFault({ ...value, issue });
  if (fault || issue === value.issue || at <= value.at)
    throw new Fault(number, fault ?? '须是同一来源、在后的另一期');
  const [publish] = lines.take('publish', 1, (one) => ['visits', 'once', 'open'].includes(one));
  return { issue, at, secretHash, publish };
}

function readDraws(lines) {
  const draws = [];
  while (lines.peek('draw', 9)) {
    if (draws.length === DRAWS_MAX) lines.fault('过多');
    const [id, plan, planName, department, endsOn, nth, frozen, snapshot,
      roster] = lines.take('draw', 9,
      (...f) => isCode(f[0]) && (!draws.length || byBytes(draws.at(-1).id, f[0]) < 0) &&
        isCode(f[1]) &&
        isText(f[2]) && isCode(f[3]) && isDate(f[4]) && isCount(f[5], 1) &&
        !Number.isNaN(instantOf(f[6])) && isHex64(f[7]) && isHex64(f[8]));
    const quotas = lines.takeAll('quota', 2,
      (stratum, n) => isStratum(stratum) && isCount(n, 0, QUOTA_MAX),
      STRATA_MAX);
    if (!quotas.length) lines.fault();
    draws.push({ id, plan, planName, department, endsOn, nth: Number(nth),
      frozenAt: instantOf(frozen),
      sha256: snapshot, rosterSha256: roster,
      quotas: new Map(quotas.map(([stratum, n]) => [stratum, Number(n)])) });
  }
  if (!draws.length) lines.fault();
  return draws;
}

const isEarlier = (campaign, relation, state, digest, dispatched, why) => isCode(campaign) &&
  ['plan', 'scope'].includes(relation) && ['drawn', 'void', 'abandoned'].includes(state) &&
  (digest === '-' || isHex64(digest)) && isCount(dispatched) &&
  (relation === 'scope' ? why === '-' : why !== '-' && isText(why));

// bytes -> the announcement; throws an Error with `where` for whatever is not one.
export function readAnnouncement(bytes) {
  let text;
  try {
    text = strict.decode(bytes);
  } catch {
    throw new Fault(1, '不是 UTF-8');
  }
  if (bytes.length > MAX || text.includes('\0')) throw new Fault(1, '过长，或含有空字符');
  const lines = new Lines(text);
  const [campaign] = lines.take('liancha-announcement/1', 1, isCode);
  const [rule] = lines.take('rule', 1,
    (one) => ['liancha-draw/2', 'liancha-draw/2-sm3'].includes(one));
  const [name] = lines.take('name', 1, (one) => isText(one));
  const [department] = lines.take('department', 1, isCode);
  const [region] = lines.take('region', 1, isCode);
  const isInstant = (one) => !Number.isNaN(instantOf(one));
  const announced = instantOf(lines.take('announced', 1, isInstant)[0]);
  const [secretHash] = lines.take('secret', 1, isHex64);
  const value = readValue(lines);
  const latest = instantOf(lines.take('latest', 1, isInstant)[0]);
  if (!(announced < value.at && value.at < latest)) throw new Fault(1, '时间次序有误');
  const teams = readTeams(lines, value);
  const parameters = lines.takeAll('parameter', 2,
    (one, n) => isCode(one) && isNumber(n), LIST_MAX);
  const earlier = lines.takeAll('earlier', 6, isEarlier, LIST_MAX);
  const draws = readDraws(lines);
  if (!lines.done) lines.fault();
  return { campaign, rule, name, department, region, announced, secretHash, value, latest, teams,
    parameters: new Map(parameters.map(([one, n]) => [one, Number(n)])), earlier, draws };
}
