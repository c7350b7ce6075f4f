// The queue with its photos as one encrypted file, for a browser whose data somebody is about to
// clear: read back on this or another phone of the same inspector.
//
// "LIANCHA1", 16 bytes of salt, then boxes: four bytes of length (big-endian) and the box. The
// first box is JSON, {entries, files}; one for each piece of each file follows, in that order.

import type { Entry, FileEntry, State } from '../core';
import { ITERATIONS, keyOf, open, random, seal } from './crypto';
import { PIECE, type Opened } from './vault';

export const PASSWORD_MIN = 10;

const MAGIC = 'LIANCHA1';
const SALT = 16;
const HEAD = MAGIC.length + SALT;

const encoder = new TextEncoder();

function framed(box: ArrayBuffer): BlobPart[] {
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, box.byteLength);
  return [length.buffer, box];
}

export async function save(state: State, vault: Opened, password: string): Promise<Blob> {
  const salt = random(SALT);
  const key = await keyOf(password, salt, ITERATIONS);
  const entries = [...state.entries.values()];
  const files = [...state.files].map(([sha256, { type, size, at }]): [string, FileEntry] =>
    [sha256, { type, size, at }]);
  let serial = 0;
  const boxed = async (bytes: BufferSource) =>
    framed(await seal(key, `${MAGIC} ${serial++}`, bytes));
  const parts: BlobPart[] = [encoder.encode(MAGIC), salt,
    ...await boxed(encoder.encode(JSON.stringify({ entries, files })))];
  for (const [sha256, { size }] of files)
    for (let from = 0; from < size; from += PIECE)
      parts.push(...await boxed(await vault.read(sha256, from, Math.min(from + PIECE, size)) as
        Uint8Array<ArrayBuffer>));
  return new Blob(parts, { type: 'application/octet-stream' });
}

export class NotSaved extends Error {}

// Takes in what the file has and this phone has not; returns how many records. Photos first.
export async function readBack(file: Blob, password: string, state: State, vault: Opened) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (new TextDecoder().decode(head.subarray(0, MAGIC.length)) !== MAGIC) throw new NotSaved();
  const key = await keyOf(password, head.slice(MAGIC.length), ITERATIONS);
  let at = HEAD;
  let serial = 0;
  const next = async () => {
    const length = new DataView(await file.slice(at, at + 4).arrayBuffer()).getUint32(0);
    const box = await file.slice(at + 4, at + 4 + length).arrayBuffer();
    at += 4 + length;
    return new Uint8Array(await open(key, `${MAGIC} ${serial++}`, box));
  };
  let about: { entries: Entry[]; files: [string, FileEntry][] };
  try {
    about = JSON.parse(new TextDecoder().decode(await next())) as typeof about;
  } catch {
    throw new NotSaved();
  }
  for (const [sha256, { size }] of about.files) {
    const bytes = new Uint8Array(size);
    for (let from = 0; from < size; from += PIECE) bytes.set(await next(), from);
    if (await vault.keep(bytes) !== sha256) throw new NotSaved();
  }
  const count = state.adopt(about.entries, about.files);
  await state.journal.durable();
  return count;
}
