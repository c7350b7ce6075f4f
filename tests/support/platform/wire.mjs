// wire.mjs - what the platform asks of a request: signature and body (contract: ../platform.mjs).

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readCsv } from '../../../conf/main-job/synthetic/csv.mjs';

const VOCABULARY = new Set(
  readCsv(new URL('../../../schema/reference/result-codes.csv', import.meta.url))
    .map((row) => row.name));

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const RECEIPT = /^HN[0-9]{8}[0-9A-F]{16}$/;
export const MAX_SKEW_SECONDS = 300;

export class Refusal extends Error {
  constructor(status, code, message, field) {
    super(message);
    Object.assign(this, { status, code, field });
  }
}

export function sha256Hex(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

// The signature of a request, as the sender makes it and the platform checks it.
export function sign(secret, { method, path, timestamp, nonce, body = '' }) {
  const text = [method, path, timestamp, nonce, sha256Hex(body)].join('\n');
  return createHmac('sha256', secret).update(text).digest('hex');
}

// Nonces taken, forgotten once their timestamp alone would be refused.
export class Nonces {
  #taken = new Map();

  take(nonce, now) {
    for (const [old, at] of this.#taken) {
      if (at >= now - 2 * MAX_SKEW_SECONDS) break;
      this.#taken.delete(old);
    }
    if (this.#taken.has(nonce)) return false;
    this.#taken.set(nonce, now);
    return true;
  }
}

// Throws a Refusal unless the request is signed with the credential {appId, secret}.
export function authenticate(req, body, credential, nonces) {
  const header = (name) => req.headers[name] ?? '';
  const now = Math.floor(Date.now() / 1000);
  const timestamp = header('x-timestamp');
  const nonce = header('x-nonce');
  if (header('x-app-id') !== credential.appId)
    throw new Refusal(401, 'BAD_APP_ID', '应用标识无效');
  if (!/^[0-9]{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > MAX_SKEW_SECONDS)
    throw new Refusal(401, 'BAD_TIMESTAMP', '时间戳无效或已过期');
  if (!/^[0-9A-Za-z_-]{16,64}$/.test(nonce))
    throw new Refusal(401, 'BAD_NONCE', '随机串格式不正确');
  const expected = sign(credential.secret,
    { method: req.method, path: req.url, timestamp, nonce, body });
  const given = header('x-signature');
  if (!/^[0-9a-f]{64}$/.test(given) || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
    throw new Refusal(401, 'BAD_SIGNATURE', '签名不正确');
  if (!nonces.take(nonce, now))
    throw new Refusal(401, 'NONCE_USED', '随机串已使用');
}

const text = (max, { lines = false } = {}) => (value) =>
  typeof value === 'string' && value !== '' && value === value.trim() &&
  [...value].length <= max &&
  !(lines ? /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/ : /[\u0000-\u001f\u007f-\u009f]/)
    .test(value);
const pattern = (regex) => (value) => typeof value === 'string' && regex.test(value);

function date(value) {
  if (!pattern(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(value);
}

const BOTH = { uscCode: pattern(/^([0-9A-Z]{18}|[0-9]{15})$/), entName: text(200) };
const RESULT = {
  ...BOTH,
  raninsPlanId: pattern(/^[0-9]{14}$/),
  raninsPlaneName: text(200),
  raninsTaskId: pattern(/^[0-9]{18}$/),
  raninsTaskName: text(200),
  raninsTypeName: text(50),
  insAuth: text(200),
  insDate: date,
  details: (value) => Array.isArray(value) && value.length >= 1 && value.length <= 200,
};
const DETAIL = {
  seqno: Number.isInteger,
  raninsItemName: text(300),
  raninsCheckResName: (value) => VOCABULARY.has(value),
};
const PENALTY = {
  ...BOTH,
  penDecNo: text(100),
  illegActType: text(500),
  penContent: text(2000, { lines: true }),
  penAuth_CN: text(200),
  penDecIssDate: date,
  publicDate: date,
};

function checkFields(object, fields, at) {
  if (object === null || typeof object !== 'object' || Array.isArray(object))
    throw new Refusal(400, 'BAD_VALUE', '应为对象', at);
  for (const name of Object.keys(object))
    if (!Object.hasOwn(fields, name))
      throw new Refusal(400, 'UNKNOWN_FIELD', '存在未定义的字段', `${at}/${name}`);
  for (const [name, valid] of Object.entries(fields)) {
    if (!Object.hasOwn(object, name))
      throw new Refusal(400, 'MISSING_FIELD', '缺少必填字段', `${at}/${name}`);
    if (!valid(object[name]))
      throw new Refusal(400, 'BAD_VALUE', '字段取值不正确', `${at}/${name}`);
  }
}

function parseObject(bytes) {
  let body;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    body = null;
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new Refusal(400, 'BAD_JSON', '报文不是有效的 JSON 对象');
  return body;
}

// {kind, body} of a retraction's bytes, or a Refusal.
export function parseRetraction(bytes) {
  const body = parseObject(bytes);
  checkFields(body, { messageId: pattern(UUID), reason: text(400), retractedOn: date }, '');
  return { kind: 'retraction', body };
}

// The same of a publication's.
export function parsePublication(bytes) {
  const body = parseObject(bytes);
  if (Object.hasOwn(body, 'penDecNo')) {
    checkFields(body, PENALTY, '');
    if (body.publicDate < body.penDecIssDate)
      throw new Refusal(400, 'BAD_VALUE', '公示日期早于处罚决定日期', '/publicDate');
    return { kind: 'penalty', body };
  }
  checkFields(body, RESULT, '');
  body.details.forEach((detail, i) => {
    checkFields(detail, DETAIL, `/details/${i}`);
    if (detail.seqno !== i + 1)
      throw new Refusal(400, 'BAD_VALUE', '序号不连续', `/details/${i}/seqno`);
  });
  return { kind: 'result', body };
}
