// tus-upload.mjs - tus-js-client as its documentation says, with what our server asks for: pieces
// of a MiB and the metadata sha256. A checksum of each piece is added by the client's own hook.
//
//   node tus-upload.mjs ENDPOINT FILE STORAGE    with the token in TUS_TOKEN
//
// uploads FILE, or goes on where an earlier process ended whose STORAGE it is; prints a line of
// JSON for each reply, and dies after the piece that TUS_DIE_AFTER names.

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import * as tus from 'tus-js-client';

export const PIECE = 1048576;

// What a reply looked like: {method, status, offset (of the request)}.
const seen = (req, res) => ({ method: req.getMethod(), status: res.getStatus(),
  offset: Number(req.getHeader('Upload-Offset') ?? 0) });

// The options of an upload of these bytes; onReply learns of each reply.
export function optionsFor({ endpoint, token, bytes, onReply = () => {} }) {
  return {
    endpoint,
    chunkSize: PIECE,
    retryDelays: Array(60).fill(30),
    headers: { Authorization: `Bearer ${token}` },
    metadata: { sha256: createHash('sha256').update(bytes).digest('hex'), filename: '现场照片.jpg' },
    onBeforeRequest(req) {
      if (req.getMethod() !== 'PATCH') return;
      const offset = Number(req.getHeader('Upload-Offset'));
      const piece = bytes.subarray(offset, offset + PIECE);
      req.setHeader('Upload-Checksum',
        `sha256 ${createHash('sha256').update(piece).digest('base64')}`);
    },
    onAfterResponse: (req, res) => onReply(seen(req, res)),
  };
}

// Resolves at the end; upload.abort() pauses it and upload.start() goes on.
export function startUpload(source, options) {
  const job = {};
  job.done = new Promise((resolve, reject) => {
    job.upload = new tus.Upload(source, { ...options, onSuccess: resolve, onError: reject });
  });
  job.upload.start();
  return job;
}

async function main([endpoint, file, storage]) {
  const bytes = readFileSync(file);
  const options = optionsFor({ endpoint, token: process.env.TUS_TOKEN, bytes,
    onReply: (reply) => console.log(JSON.stringify(reply)) });
  await new Promise((resolve, reject) => {
    const upload = new tus.Upload(createReadStream(file), { ...options,
      urlStorage: new tus.FileUrlStorage(storage),
      onChunkComplete(size, accepted) {
        if (accepted / PIECE >= Number(process.env.TUS_DIE_AFTER ?? Infinity))
          process.kill(process.pid, 'SIGKILL');
      },
      onSuccess: resolve, onError: reject });
    upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(process.argv.slice(2));
