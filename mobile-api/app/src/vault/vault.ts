// All that the phone keeps, locked by a PIN: rows of the core, photos, the device's key.

import { isFull } from '../device/storage';
import { hex, type Files, type Keys, type Row, type Store } from '../core';
import { dataKey, ITERATIONS, keyOf, open, random, seal } from './crypto';
import type { DeviceKey, Lock, Tables } from './db';

export const PIN_MIN = 6;
export const PIECE = 1048576;

const FREE_TRIES = 5;
const WAIT_MS = 30000; // doubled with each wrong PIN behind those, up to an hour
const WAIT_MAX_MS = 3600000;
const LOCK = 'lock';

const waitOf = (failures: number) => (failures < FREE_TRIES ? 0
  : Math.min(WAIT_MS * 2 ** (failures - FREE_TRIES), WAIT_MAX_MS));

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class WrongPin extends Error {
  until: number;

  constructor(until: number) {
    super('wrong PIN');
    this.until = until;
  }
}

// Digits only, and not all of one kind: 000000 is no PIN.
export const pinFits = (pin: string) =>
  /^\d+$/.test(pin) && pin.length >= PIN_MIN && new Set(pin).size > 1;

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-')
    .replaceAll('/', '_').replaceAll('=', '');
}

async function lockWith(pin: string, raw: BufferSource): Promise<Lock> {
  const salt = random(16);
  const key = await keyOf(pin, salt, ITERATIONS);
  return { name: LOCK, salt: salt.buffer, iterations: ITERATIONS, failures: 0, until: 0,
    box: await seal(key, LOCK, raw) };
}

export class Vault {
  readonly tables: Tables;

  constructor(tables: Tables) { this.tables = tables; }

  #unkept: Lock | undefined; // a full disk did not take it

  async #lock(): Promise<Lock | undefined> {
    return this.#unkept ?? await this.tables.keys.get(LOCK) as Lock | undefined;
  }

  // What was tried counts on a full disk too, as long as the page lives; that locks nobody out.
  async #count(lock: Lock): Promise<void> {
    this.#unkept = lock;
    try {
      await this.tables.keys.put(lock);
      this.#unkept = undefined;
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  async exists(): Promise<boolean> { return await this.#lock() !== undefined; }

  async create(pin: string): Promise<Opened> {
    const raw = random(32);
    await this.tables.keys.add(await lockWith(pin, raw));
    return new Opened(this.tables, await dataKey(raw));
  }

  // What was tried counts before it is known whether it fits: a killed page forgets nothing.
  async #raw(pin: string, now: number): Promise<ArrayBuffer> {
    const lock = await this.#lock();
    if (!lock) throw new Error('there is no lock');
    if (lock.until > now) {
      // Of a clock that was years ahead and is right again: no wait is longer than its own.
      const until = Math.min(lock.until, now + waitOf(lock.failures));
      if (until < lock.until) await this.#count({ ...lock, until });
      throw new WrongPin(until);
    }
    const failures = lock.failures + 1;
    const wait = waitOf(failures);
    await this.#count({ ...lock, failures, until: now + wait });
    let raw: ArrayBuffer;
    try {
      raw = await open(await keyOf(pin, lock.salt, lock.iterations), LOCK, lock.box);
    } catch {
      throw new WrongPin(now + wait);
    }
    await this.#count({ ...lock, failures: 0, until: 0 });
    return raw;
  }

  async open(pin: string, now = Date.now()): Promise<Opened> {
    return new Opened(this.tables, await dataKey(await this.#raw(pin, now)));
  }

  async changePin(from: string, to: string, now = Date.now()): Promise<void> {
    await this.tables.keys.put(await lockWith(to, await this.#raw(from, now)));
  }
}

// The vault while the app is unlocked: what the core asks of its device.
export class Opened implements Store, Files, Keys {
  readonly tables: Tables;
  #key: CryptoKey;

  constructor(tables: Tables, key: CryptoKey) {
    this.tables = tables;
    this.#key = key;
  }

  async load(): Promise<Row[]> {
    const rows = await this.tables.rows.toArray();
    return Promise.all(rows.map(async ({ key, box }): Promise<Row> =>
      [key, JSON.parse(decoder.decode(await open(this.#key, key, box)))]));
  }

  async write(rows: Row[]): Promise<void> {
    const gone = rows.filter(([, value]) => value === undefined).map(([key]) => key);
    const kept = await Promise.all(rows.filter(([, value]) => value !== undefined)
      .map(async ([key, value]) => ({ key,
        box: await seal(this.#key, key, encoder.encode(JSON.stringify(value))) })));
    const { tables } = this;
    await tables.transaction('rw', tables.rows, async () => {
      await tables.rows.bulkPut(kept);
      await tables.rows.bulkDelete(gone);
    });
  }

  // The lock stays: whoever enrols again has his PIN.
  async erase(): Promise<void> {
    const { tables } = this;
    await tables.transaction('rw', tables.rows, tables.pieces, tables.keys, async () => {
      await tables.rows.clear();
      await tables.pieces.clear();
      await tables.keys.delete('device');
    });
  }

  // ---- photos -----------------------------------------------------------------------------------

  // Keeps a file, all of its pieces or none; returns its digest. What names it comes after.
  async keep(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    const pieces = [];
    for (let n = 0; n * PIECE < bytes.length; n++)
      pieces.push({ sha256, n, box: await seal(this.#key, `${sha256}:${n}`,
        bytes.subarray(n * PIECE, (n + 1) * PIECE)) });
    await this.tables.pieces.bulkPut(pieces);
    return sha256;
  }

  async #piece(sha256: string, n: number): Promise<Uint8Array> {
    const piece = await this.tables.pieces.get([sha256, n]);
    if (!piece) throw new Error(`${sha256}: piece ${n} is not here`);
    return new Uint8Array(await open(this.#key, `${sha256}:${n}`, piece.box));
  }

  async read(sha256: string, from: number, to: number): Promise<Uint8Array> {
    const out = new Uint8Array(to - from);
    for (let n = Math.floor(from / PIECE); n * PIECE < to; n++) {
      const piece = await this.#piece(sha256, n);
      const begin = Math.max(from - n * PIECE, 0);
      out.set(piece.subarray(begin, Math.min(to - n * PIECE, piece.length)),
        n * PIECE + begin - from);
    }
    return out;
  }

  async drop(sha256: string): Promise<void> {
    await this.tables.pieces.where('[sha256+n]')
      .between([sha256, -Infinity], [sha256, Infinity]).delete();
  }

  // ---- the device's key -------------------------------------------------------------------------

  async #device(): Promise<DeviceKey | undefined> {
    return await this.tables.keys.get('device') as DeviceKey | undefined;
  }

  // Kept before anybody hears of it: with the same code the same request goes out again.
  async fresh(code: string): Promise<void> {
    if ((await this.#device())?.code === code) return;
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false,
      ['sign', 'verify']);
    await this.tables.keys.put({ name: 'device', code, pair });
  }

  async prove(purpose: 'enrolment' | 'renewal', secret: string) {
    const device = await this.#device();
    if (!device) throw new Error('there is no key of this device');
    const publicKey = base64url(await crypto.subtle.exportKey('raw', device.pair.publicKey));
    const hash = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret))));
    const text = `liancha device ${purpose}\n${hash}\n${publicKey}\n`;
    return { publicKey, signature: base64url(await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' }, device.pair.privateKey, encoder.encode(text))) };
  }
}
