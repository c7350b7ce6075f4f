// Resumable uploads (tus 1.0: creation, checksum) over the core's own requests, so that tokens,
// busy servers and broken lines are met as everywhere. A file is read piece by piece.

import { utf8 } from './canonical';
import type { Digest, Files, FileEntry, Reply, Request } from './types';
import { LineBroken, Refused } from './wire';

export const PIECE = 1048576;

const TUS = { 'Tus-Resumable': '1.0.0' };
const BEGIN_AGAIN = 3; // an upload that the server lost, or that came out otherwise
const STANDSTILLS = 5; // while somebody else writes
const STANDSTILL_MS = 1000;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export interface Uplink {
  files: Files;
  digest: Digest;
  // One request, persistently; what the server refuses is thrown.
  send(request: Request, status: number[]): Promise<Reply>;
  onLocation(location: string | undefined): void;
  onProgress(offset: number): void;
  pause(least: number, most: number): Promise<void>;
}

const offsetIn = (reply: Reply) => Number(reply.header('upload-offset') ?? 0);

// Below …/mobile/v1, wherever the server thinks that it is reached.
function pathOf(location: string): string {
  const id = /([0-9a-f]{32})\/?$/.exec(location)?.[1];
  if (id === undefined) throw new Error(`no upload: ${location}`);
  return `/evidence/${id}`;
}

async function create(link: Uplink, sha256: string, file: FileEntry) {
  const pairs = Object.entries({ sha256, filetype: file.type })
    .map(([name, value]) => `${name} ${base64(utf8(value))}`);
  const reply = await link.send({ method: 'POST', path: '/evidence', headers: { ...TUS,
    'Upload-Length': String(file.size), 'Upload-Metadata': pairs.join(',') } }, [201]);
  const path = pathOf(reply.header('location') ?? '');
  link.onLocation(path);
  return { path, offset: offsetIn(reply) };
}

async function resume(link: Uplink, path: string) {
  const reply = await link.send({ method: 'HEAD', path, headers: TUS }, [200]);
  return { path, offset: offsetIn(reply) };
}

async function piece(link: Uplink, path: string, sha256: string, from: number, size: number) {
  const body = await link.files.read(sha256, from, Math.min(from + PIECE, size));
  const sum = base64(await link.digest(body));
  try {
    return offsetIn(await link.send({ method: 'PATCH', path, body, headers: { ...TUS,
      'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from),
      'Upload-Checksum': `sha256 ${sum}` } }, [204]));
  } catch (error) {
    // The server holds more than was heard of, or somebody else writes.
    if (error instanceof Refused && error.status === 409) return (await resume(link, path)).offset;
    throw error;
  }
}

async function whole(link: Uplink, sha256: string, file: FileEntry, location?: string) {
  const begun = location === undefined
    ? await create(link, sha256, file) : await resume(link, location);
  const { path } = begun;
  let { offset } = begun;
  for (let still = 0; offset < file.size;) {
    link.onProgress(offset);
    const next = await piece(link, path, sha256, offset, file.size);
    still = next > offset ? 0 : still + 1;
    if (still > STANDSTILLS) throw new LineBroken(`${path}: somebody else writes`);
    if (still > 0) await link.pause(STANDSTILL_MS, 2 * STANDSTILL_MS);
    offset = next;
  }
  link.onProgress(offset);
}

// Uploads a file, from where an earlier attempt ended. Bytes that the server does not find to be
// those announced (460) are sent once more from the beginning: they may have suffered on the way.
export async function upload(link: Uplink, sha256: string, file: FileEntry): Promise<void> {
  let { location } = file;
  for (let n = 0;; n++)
    try {
      await whole(link, sha256, file, location);
      return;
    } catch (error) {
      const lost = error instanceof Refused && [404, 410, 460].includes(error.status);
      if (!lost || n >= BEGIN_AGAIN) throw error;
      location = undefined;
      link.onLocation(undefined);
    }
}
