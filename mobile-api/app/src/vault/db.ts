// The tables on the phone. A later version adds to them and takes nothing away: the queue is here.
// Safari loses Blobs: bytes are ArrayBuffers, of a MiB at most.

import { Dexie, type EntityTable, type Table } from 'dexie';

export interface Sealed { key: string; box: ArrayBuffer }
export interface Piece { sha256: string; n: number; box: ArrayBuffer }

// How the data key is locked, and how often a wrong PIN was tried.
export interface Lock {
  name: 'lock';
  salt: ArrayBuffer;
  iterations: number;
  box: ArrayBuffer; // the data key
  failures: number;
  until: number; // no PIN is tried before, ms
}

// The device's key pair, which no script can read out.
export interface DeviceKey { name: 'device'; code: string; pair: CryptoKeyPair }

export class Tables extends Dexie {
  rows!: EntityTable<Sealed, 'key'>;
  pieces!: Table<Piece, [string, number]>;
  keys!: Table<Lock | DeviceKey, string>;

  constructor(name: string) {
    super(name, { chromeTransactionDurability: 'strict' }); // a battery dies too
    this.version(1).stores({ rows: 'key', pieces: '[sha256+n]', keys: 'name' });
  }
}
