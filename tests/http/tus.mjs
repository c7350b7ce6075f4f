// tus.mjs - the requests of tus 1.0 one by one, as a phone of the tests sends them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '../support/http.mjs';

export const TUS = { 'Tus-Resumable': '1.0.0' };
export const PIECE = 1048576;

export const digest = (bytes, algorithm = 'sha256') => createHash(algorithm).update(bytes).digest();
const base64 = (text) => Buffer.from(text).toString('base64');
export const metadata = (sha256) => `filetype ${base64('image/png')},sha256 ${base64(sha256)}`;

export class Tus {
  constructor(stack, phone) {
    Object.assign(this, { stack, phone, endpoint: `${stack.base}/mobile/v1/evidence` });
  }

  create(bytes, { headers, token = this.phone.token } = {}) {
    return request(this.endpoint, { method: 'POST', token, headers: { ...TUS,
      'Upload-Length': String(bytes.length),
      'Upload-Metadata': metadata(digest(bytes).toString('hex')), ...headers } });
  }

  // The URL of a new upload.
  async created(bytes, options) {
    const res = await this.create(bytes, options);
    assert.equal(res.status, 201, res.text);
    return new URL(res.headers.location, this.stack.base).href;
  }

  patch(url, offset, body, { method = 'PATCH', headers, token = this.phone.token } = {}) {
    return request(url, { method, token, body, headers: { ...TUS, 'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream', ...headers } });
  }

  head(url, { token = this.phone.token } = {}) {
    return request(url, { method: 'HEAD', token, headers: TUS });
  }

  async offsetOf(url) { return Number((await this.head(url)).headers['upload-offset']); }

  // A whole file in one piece.
  async upload(bytes) {
    const url = await this.created(bytes);
    const res = await this.patch(url, await this.offsetOf(url), bytes);
    assert.equal(res.status, 204, res.text);
    return url;
  }
}

// ---- what the server has ----

export const pathOf = (folder, bytes) => {
  const name = digest(bytes).toString('hex');
  return join(folder, name.slice(0, 2), name);
};

// Whether the content counts as stored.
export const known = async (stack, bytes) =>
  (await stack.sql('SELECT size FROM evidence_blob WHERE ' +
  `sha256 = UNHEX('${digest(bytes).toString('hex')}') AND stored_at IS NOT NULL`)).length === 1;

// Names of the files below the evidence folder: {partial: [...], contents: [...]}.
export function filesOf(folder) {
  const list = (name) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  return { partial: list('partial'), contents: readdirSync(folder)
    .filter((name) => /^[0-9a-f]{2}$/.test(name)).flatMap(list) };
}
