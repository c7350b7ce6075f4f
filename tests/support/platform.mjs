// platform.mjs - a simulated provincial collaborative supervision platform (协同监管平台), over real TLS.
//
//   node platform.mjs --port 8443 --dir DIR          (--port 0: any free port)
//
// prints one line `ready https://127.0.0.1:PORT` when it answers, and ends cleanly on SIGTERM.
// It is the far side that liancha-pushd is tested against: strict about what it takes, and, when
// told to, unreliable in the ways a real platform is. It invents nothing: what it accepted is
// exactly what GET /_sim/accepted returns.
//
// Files in DIR (made at the first start, reused afterwards):
//   ca.pem            the authority to trust: [target.henan] ca_file
//   server.pem, *-key.pem   the server's certificate (localhost, 127.0.0.1, ::1) and the keys
//   credential.txt    [target.henan] credential_file, mode 0600, two lines:
//                         app_id=LIANCHA-410400
//                         secret=<64 hexadecimal characters>
//   beacon.pem, beacon-key.pem   certificate and key of the simulated beacon
//                     (platform/beacon.mjs), which the same process serves at /beacon/ROUND
//   timestamp-*       certificate, key and settings of the simulated authority for timestamps
//                     (platform/authority.mjs), which the same process serves at /timestamp
//   records.jsonl     append-only: every signed POST and everything accepted; a restart reads it
//
// ------------------------------------------------------------------------------- wire contract
//
// HTTP/1.1 over TLS 1.2 or later, keep-alive. Base URL https://127.0.0.1:PORT ([target.henan] url).
// Bodies are JSON in UTF-8 both ways, `Content-Type: application/json`; at most 65536 bytes
// each way.
//
// Every request below /api/v1 carries:
//
//   X-App-Id      app_id of the credential file
//   X-Timestamp   seconds since 1970 in decimal; more than 300 s off the platform's clock: 401
//   X-Nonce       16..64 characters of [0-9A-Za-z_-]; a nonce is taken once: a resend needs a
//                 new nonce (and a new timestamp and signature)
//   X-Signature   lowercase hex of HMAC-SHA256(key, text) where
//                   key  = the secret's characters as they stand in the file (NOT hex-decoded)
//                   text = METHOD "\n" PATH "\n" TIMESTAMP "\n" NONCE "\n" SHA256HEX(body)
//                 without a final newline; METHOD in capitals, PATH as on the request line
//                 (from the first slash, no host), SHA256HEX lowercase hex over the body's bytes
//                 as sent (the empty string's for GET)
//
// POST /api/v1/publications        also carries
//   X-Message-Id  a UUID of the sender, lowercase, 8-4-4-4-12; the same for every resend of
//                 the same publication, and never used for another body
//
// The body is one object, a result or a penalty. Every field is required, no other is allowed,
// none is null; texts are non-empty, without control characters (penContent may hold \n), without
// leading or trailing spaces; lengths below are in characters; dates are real days `YYYY-MM-DD`.
//
//   both      uscCode         18 characters of [0-9A-Z], or 15 digits (old registration number);
//                             the check character is not judged
//             entName         1..200
//   result    raninsPlanId    14 digits: region 6, year 4, type 1, serial 3
//             raninsPlaneName 1..200   (spelt so on the national site)
//             raninsTaskId    18 digits: region 6, date 8, type 1, serial 3
//             raninsTaskName  1..200
//             raninsTypeName  1..50
//             insAuth         1..200
//             insDate         date
//             details         1..200 objects {seqno, raninsItemName, raninsCheckResName}:
//                             seqno = 1, 2, 3 … in order, as a number; raninsItemName 1..300;
//                             raninsCheckResName a `name` of schema/reference/result-codes.csv
//   penalty   penDecNo        1..100
//             illegActType    1..500
//             penContent      1..2000
//             penAuth_CN      1..200
//             penDecIssDate   date
//             publicDate      date, not before penDecIssDate
//   A body with `penDecNo` is a penalty, any other is a result.
//
// Answers to POST:
//   200 {"code":"0","message":TEXT,"receipt":R,"messageId":M}    accepted, durably
//   409 {"code":"DUPLICATE","message":TEXT,"receipt":R,"messageId":M}
//                                   accepted earlier with the same body: R is the first receipt.
//                                   To the sender this is success.
//   409 {"code":"MESSAGE_ID_REUSED","message":TEXT,"messageId":M}
//                                   accepted earlier with another body: never retry
//   4xx/5xx {"code":CODE,"message":TEXT[,"field":POINTER]}    not accepted ... as far as it says:
//                                   after a 500, a cut connection, a timeout, a 200 that is not
//                                   well-formed or whose messageId is not the one sent, the
//                                   message may or may not have been accepted. Ask for the
//                                   receipt, or send the same message again.
//   R matches ^HN[0-9]{8}[0-9A-F]{16}$. TEXT is Chinese, for people.
//
// POST /api/v1/retractions          takes a publication back; X-Message-Id as above, another one
//   body      messageId   that of the publication
//             reason      1..400
//             retractedOn date
//   answers as to a publication, and
//   404 {"code":"NO_PUBLICATION","message":TEXT}   there is nothing to take back
//
// GET /api/v1/receipts/{messageId}
//   200 {"code":"0","message":TEXT,"receipt":R,"messageId":M}
//   404 {"code":"NOT_FOUND","message":TEXT}                      never accepted (up to now)
//
//   status code                 meaning                                             retry
//   400    BAD_JSON             not one JSON object in valid UTF-8                    no
//   400    MISSING_FIELD        `field` says which                                    no
//   400    UNKNOWN_FIELD        `field` says which                                    no
//   400    BAD_VALUE            `field` says which                                    no
//   400    BAD_MESSAGE_ID       X-Message-Id missing or not a lowercase UUID          no
//   401    BAD_APP_ID, BAD_TIMESTAMP, BAD_NONCE (form), NONCE_USED, BAD_SIGNATURE
//                                                         BAD_TIMESTAMP, NONCE_USED: yes, signed
//                                                         anew; the others: a person's business
//   404    NOT_FOUND            no such path, or no such receipt                      -
//   405    BAD_METHOD           with Allow                                            no
//   409    DUPLICATE, MESSAGE_ID_REUSED                   see above
//   413    TOO_LARGE            body over 65536 bytes                                 no
//   415    BAD_CONTENT_TYPE     not application/json                                  no
//   429    TOO_MANY             with Retry-After in seconds; not accepted             then
//   500    INTERNAL             may or may not have been accepted                     yes
//
// ------------------------------------------------------------------ control, for tests only
//
// Under /_sim/, unsigned, from loopback addresses only:
//
// PUT /_sim/faults   replaces the plan of faults; {} = no faults; 204
//   {
//     "seed": "text",              default ""
//     "probabilities": {"drop-after": 0.05, …},      default {}; their sum at most 1
//     "list": [{"messageId": M, "attempt": 1, "fault": "late"},    attempt: 1 = first POST of M
//              {"nth": 7, "fault": "429"}],          nth signed POST since this plan was put
//     "maxAttempt": 3,             probabilities spare a message's later attempts; default 3
//     "lateMs": 3000, "dripMs": 20, "retryAfter": 1,
//     "receipts": false            true: probabilities hit GET /receipts too
//   }
//   An entry of the list wins; else the fault is a function of SHA-256(seed|messageId|attempt)
//   and of the probabilities only: the same seed and ids give the same faults in any order.
//   Faults fire after the signature was found good:
//     error500-before  500, not accepted
//     error500-after   accepted, answered 500
//     drop-before      connection destroyed, not accepted
//     drop-after       accepted, connection destroyed without an answer
//     late             accepted, answered after lateMs
//     wrong-json       accepted, 200 whose body breaks off in the middle
//     429              429 with Retry-After: retryAfter, not accepted
//     slow-drip        accepted, the answer arrives byte by byte, dripMs apart
//     mark             accepted, 200 with a byte order mark before the JSON
//     bad-receipt      accepted, 200 with code "0", another messageId and a receipt not in form
//   An "accepted" above is what the body earns without the fault: a body that is refused is not
//   accepted, and one accepted before stays accepted once.
// GET /_sim/faults   the plan, with its defaults filled in
// GET /_sim/accepted
//   {"accepted":[{"messageId","receipt","kind":"result"|"penalty"|"retraction","acceptedAt",
//                 "sha256","posts",
//                 "body":{…}}, …],              in order of acceptance; posts = signed POSTs of M
//    "posts": N, "unaccepted": {M: posts},      every signed POST; ids never accepted
//    "refused": {CODE: n}, "faults": {FAULT: n}}     all since the first start in DIR

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Authority } from './platform/authority.mjs';
import { Beacon } from './platform/beacon.mjs';
import { chooseFault, drawFault, faultPlan } from './platform/faults.mjs';
import { Records } from './platform/records.mjs';
import { certificates } from './platform/tls.mjs';
import { authenticate, Nonces, parsePublication, parseRetraction, Refusal, sha256Hex, UUID }
  from './platform/wire.mjs';

const MAX_BODY = 65536;
const MAX_CONTROL_BODY = 1048576;
const STOP_MS = 5000;
const LOOPBACK = /^(::1|(::ffff:)?127\.[0-9]+\.[0-9]+\.[0-9]+)$/;
const OTHER_MESSAGE_ID = '00000000-0000-4000-8000-000000000000';

// {appId, secret}: read from DIR, made there when absent.
export function readCredential(path) {
  if (!existsSync(path)) {
    const secret = randomBytes(32).toString('hex');
    writeFileSync(path, `app_id=LIANCHA-410400\nsecret=${secret}\n`, { mode: 0o600, flag: 'wx' });
  }
  const lines = readFileSync(path, 'utf8').split('\n').map((line) => line.split('='));
  const value = (name) => lines.find(([key]) => key === name)?.[1];
  if (!value('app_id') || !value('secret'))
    throw new Error(`${path}: app_id and secret expected`);
  return { appId: value('app_id'), secret: value('secret') };
}

function newReceipt() {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return `HN${day}${randomBytes(8).toString('hex').toUpperCase()}`;
}

async function readBody(req, max) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= max) chunks.push(chunk);
  }
  if (size > max) throw new Refusal(413, 'TOO_LARGE', '报文过大');
  return Buffer.concat(chunks);
}

function reply(res, status, value, headers = {}) {
  const body = Buffer.from(JSON.stringify(value));
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length,
    ...headers });
  res.end(body);
}

function refusalReply(error) {
  const value = { code: error.code, message: error.message };
  if (error.field !== undefined) value.field = error.field;
  return { status: error.status, value };
}

class Platform {
  constructor(dir) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.credential = readCredential(join(dir, 'credential.txt'));
    this.records = new Records(join(dir, 'records.jsonl'));
    this.nonces = new Nonces();
    this.beacon = new Beacon(dir);
    this.authority = new Authority(dir);
    this.putFaults({});
  }

  putFaults(given) {
    this.plan = faultPlan(given);
    this.signedPosts = 0;
    this.gets = new Map();
  }

  // What a publication or a retraction earns, faults aside: {status, value}.
  publish(req, bytes, parse) {
    const messageId = req.headers['x-message-id'];
    if (!/^application\/json(;\s*charset=utf-8)?$/i.test(req.headers['content-type'] ?? ''))
      throw new Refusal(415, 'BAD_CONTENT_TYPE', '报文类型应为 application/json');
    const { kind, body } = parse(bytes);
    const sha256 = sha256Hex(bytes);
    const earlier = this.records.find(messageId);
    if (earlier && earlier.sha256 !== sha256)
      return { status: 409, value: { code: 'MESSAGE_ID_REUSED', message: '报文标识已用于其他报文',
        messageId } };
    if (earlier)
      return { status: 409, value: { code: 'DUPLICATE', message: '该报文已接收',
        receipt: earlier.receipt, messageId } };
    if (kind === 'retraction' && !this.records.find(body.messageId))
      throw new Refusal(404, 'NO_PUBLICATION', '没有这条报文，无需撤回');
    const receipt = newReceipt();
    this.records.accept({ messageId, receipt, kind, acceptedAt: new Date().toISOString(), sha256,
      body });
    return { status: 200, value: { code: '0', message: '接收成功', receipt, messageId } };
  }

  receipt(messageId) {
    const entry = this.records.find(messageId);
    if (!entry) throw new Refusal(404, 'NOT_FOUND', '未找到该报文的回执');
    return { status: 200, value: { code: '0', message: '查询成功', receipt: entry.receipt,
      messageId } };
  }

  // Runs `earn` or not and answers as the fault says; without one, as a sound platform does.
  async answer(res, fault, earn) {
    if (fault !== null) this.records.fault(fault);
    if (fault === 'drop-before') return res.destroy();
    if (fault === 'error500-before')
      return reply(res, 500, { code: 'INTERNAL', message: '系统繁忙' });
    if (fault === '429')
      return reply(res, 429, { code: 'TOO_MANY', message: '请求过于频繁' },
        { 'Retry-After': String(this.plan.retryAfter) });
    const { status, value } = this.settle(earn);
    if (fault === 'drop-after') return res.destroy();
    if (fault === 'error500-after')
      return reply(res, 500, { code: 'INTERNAL', message: '系统繁忙' });
    if (fault === 'wrong-json') return this.breakOff(res, value);
    if (fault === 'bad-receipt')
      return reply(res, 200, { code: '0', message: '接收成功', receipt: '?',
        messageId: OTHER_MESSAGE_ID });
    if (fault === 'mark') return this.mark(res, status, value);
    if (fault === 'slow-drip') return this.drip(res, status, value);
    if (fault === 'late') await sleep(this.plan.lateMs);
    return reply(res, status, value);
  }

  settle(earn) {
    try {
      return earn();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.records.refuse(error.code);
      return refusalReply(error);
    }
  }

  breakOff(res, value) {
    const text = JSON.stringify(value);
    const half = text.slice(0, Math.floor(text.length / 2));
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.end(half);
  }

  mark(res, status, value) {
    res.writeHead(status, { 'Content-Type': 'application/json' });
    res.end(`\uFEFF${JSON.stringify(value)}`);
  }

  async drip(res, status, value) {
    const body = Buffer.from(JSON.stringify(value));
    res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    for (let i = 0; i < body.length && !res.destroyed; i++) {
      res.write(body.subarray(i, i + 1));
      await sleep(this.plan.dripMs);
    }
    res.end();
  }

  async handleApi(req, res) {
    const bytes = await readBody(req, MAX_BODY);
    authenticate(req, bytes, this.credential, this.nonces);
    const asked = req.url.match(/^\/api\/v1\/receipts\/([^/?]+)$/);
    const parse = { '/api/v1/publications': parsePublication,
      '/api/v1/retractions': parseRetraction }[req.url];
    if (parse) {
      if (req.method !== 'POST')
        throw Object.assign(new Refusal(405, 'BAD_METHOD', '不支持的方法'), { allow: 'POST' });
      const messageId = req.headers['x-message-id'] ?? '';
      if (!UUID.test(messageId))
        throw new Refusal(400, 'BAD_MESSAGE_ID', '报文标识应为小写 UUID');
      const attempt = this.records.post(messageId);
      const fault = chooseFault(this.plan, { messageId, attempt, nth: ++this.signedPosts });
      return this.answer(res, fault, () => this.publish(req, bytes, parse));
    }
    if (asked) {
      if (req.method !== 'GET')
        throw Object.assign(new Refusal(405, 'BAD_METHOD', '不支持的方法'), { allow: 'GET' });
      return this.answer(res, this.receiptFault(asked[1]), () => this.receipt(asked[1]));
    }
    throw new Refusal(404, 'NOT_FOUND', '路径不存在');
  }

  receiptFault(messageId) {
    if (!this.plan.receipts) return null;
    const attempt = (this.gets.get(messageId) ?? 0) + 1;
    this.gets.set(messageId, attempt);
    return drawFault(this.plan, `GET ${messageId}`, attempt);
  }

  async handleControl(req, res) {
    if (!LOOPBACK.test(req.socket.remoteAddress ?? ''))
      throw new Refusal(403, 'FORBIDDEN', '仅限本机');
    const bytes = await readBody(req, MAX_CONTROL_BODY);
    const line = `${req.method} ${req.url}`;
    if (line === 'GET /_sim/accepted') return reply(res, 200, this.records.report());
    if (line === 'GET /_sim/faults') return reply(res, 200, this.plan);
    if (line !== 'PUT /_sim/faults') throw new Refusal(404, 'NOT_FOUND', '路径不存在');
    try {
      this.putFaults(JSON.parse(bytes.toString('utf8')));
    } catch (error) {
      return reply(res, 400, { code: 'BAD_VALUE', message: error.message });
    }
    res.writeHead(204);
    return res.end();
  }

  async handle(req, res) {
    const control = req.url.startsWith('/_sim/');
    if (req.url.startsWith('/beacon/')) return this.beacon.handle(req, res);
    if (req.url === '/timestamp') return this.authority.handle(req, res);
    try {
      await (control ? this.handleControl(req, res) : this.handleApi(req, res));
    } catch (error) {
      if (!(error instanceof Refusal)) {
        // The sender went away in the middle; anything else is a fault of this program.
        if (req.destroyed && !req.complete) return;
        throw error;
      }
      if (!control) this.records.refuse(error.code);
      const { status, value } = refusalReply(error);
      reply(res, status, value, error.allow ? { Allow: error.allow } : {});
    }
  }
}

// Starts the platform in this process. `close` finishes the answers in hand, within STOP_MS.
export async function startPlatform({ port, dir }) {
  const platform = new Platform(dir);
  const server = createServer({ ...certificates(dir), minVersion: 'TLSv1.2' },
    (req, res) => platform.handle(req, res));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    // A connection kept alive turns idle once its answer is out: look again until none is left.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const late = setTimeout(() => server.closeAllConnections(), STOP_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(late);
    platform.records.close();
  };
  return {
    url: `https://127.0.0.1:${server.address().port}`,
    caFile: join(dir, 'ca.pem'),
    credentialFile: join(dir, 'credential.txt'),
    credential: platform.credential,
    close,
  };
}

async function main() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, dir: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help || !values.dir || !/^[0-9]{1,5}$/.test(values.port ?? '')) {
    console.error('usage: node platform.mjs --port PORT --dir DIR');
    process.exit(values.help ? 0 : 2);
  }
  const platform = await startPlatform({ port: Number(values.port), dir: values.dir });
  const stop = async () => {
    await platform.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(`ready ${platform.url}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await main();
