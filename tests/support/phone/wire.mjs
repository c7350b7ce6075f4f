// wire.mjs - what a phone does on the network: requests, cut connections, resumable uploads (tus).

import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { request } from '../http.mjs';

// Kept alive like a phone's own: one connection per phone and moment is what a carrier sees.
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

export class Offline extends Error {
  constructor(what) {
    super(`${what}: offline`);
    this.code = 'EOFFLINE';
  }
}

// A UUIDv7 (RFC 9562): milliseconds first, the rest random.
export function uuidv7(now = Date.now()) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | bytes[6] & 0x0f;
  bytes[8] = 0x80 | bytes[8] & 0x3f;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// What the clocks of the phone say.
export const clock = () => ({ device_at: new Date().toISOString(),
  monotonic_ms: Math.round(performance.now()) });

// Between so many milliseconds and so many: phones that were refused together come apart again.
export function pause(least, most) {
  return sleep(least + (most - least) * Math.random());
}

// Every reply may come compressed.
export function ask(url, { headers, ...options } = {}) {
  return request(url, { agent, headers: { 'Accept-Encoding': 'gzip', ...headers }, ...options });
}

// Sends the whole request and cuts the connection: `sent`, as soon as the bytes are out, so that
// nobody can say whether they arrived; `answered`, when the reply lies in the socket, unread.
export function askAndDrop(url, { token, json, when }) {
  const target = new URL(url);
  const body = gzipSync(JSON.stringify(json));
  const head = Buffer.from([`POST ${target.pathname} HTTP/1.1`, `Host: ${target.host}`,
    `Authorization: Bearer ${token}`, 'Content-Type: application/json', 'Content-Encoding: gzip',
    `Content-Length: ${body.length}`, 'Connection: close', '', ''].join('\r\n'));
  return new Promise((resolve, reject) => {
    const socket = connect(Number(target.port || 80), target.hostname);
    const drop = () => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(30000, () => socket.destroy(new Error(`${url}: no answer to drop`)));
    socket.on('error', reject);
    if (when === 'answered') socket.once('readable', drop);
    socket.write(Buffer.concat([head, body]), () => { if (when === 'sent') drop(); });
  });
}

const TUS = { 'Tus-Resumable': '1.0.0' };
const encode = (text) => Buffer.from(text).toString('base64');

// A reply that is not what was wanted, as an error: its status, and when to come again if it says
// so.
export const refusal = (res) => Object.assign(new Error(`${res.line}: ${res.status} ${res.text}`),
  { status: res.status, retryAfter: Number(res.headers['retry-after']) || undefined });

function expectStatus(res, status) {
  if (res.status === status) return res;
  throw refusal(res);
}

async function create(base, token, { bytes, metadata }) {
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${encode(value)}`);
  const res = expectStatus(await ask(`${base}/mobile/v1/evidence`, { method: 'POST', token,
    headers: { ...TUS, 'Upload-Length': String(bytes.length),
      'Upload-Metadata': pairs.join(',') } }), 201);
  return { url: new URL(res.headers.location, base).href,
    offset: Number(res.headers['upload-offset'] ?? 0) };
}

// How many bytes the server holds; null when it does not know the upload (any more).
async function offsetOf(url, token) {
  const res = await ask(url, { method: 'HEAD', token, headers: TUS });
  if ([404, 410].includes(res.status)) return null;
  return Number(expectStatus(res, 200).headers['upload-offset']);
}

// Uploads a file (tus 1.0: creation, checksum), in chunks of at most `chunk` bytes. With the
// location of an earlier attempt it goes on where that ended. onLocation learns a new one at once.
export async function upload(base, token, { bytes, metadata, location, chunk = 1048576,
  onLocation = () => {} }) {
  let url = location;
  let offset = url === undefined ? null : await offsetOf(url, token);
  if (offset === null) {
    ({ url, offset } = await create(base, token, { bytes, metadata }));
    onLocation(url);
  }
  while (offset < bytes.length) {
    const part = bytes.subarray(offset, offset + chunk);
    const res = await ask(url, { method: 'PATCH', token, body: part,
      headers: { ...TUS, 'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(offset),
        'Upload-Checksum': `sha256 ${createHash('sha256').update(part).digest('base64')}` } });
    // 409: the server holds more than we heard of; the same content may be there from elsewhere.
    offset = res.status === 409 ? await offsetOf(url, token)
      : Number(expectStatus(res, 204).headers['upload-offset']);
  }
}
