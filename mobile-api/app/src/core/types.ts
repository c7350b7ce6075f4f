// What the core speaks of, and what it is given: it has no network, clock, storage or key of its
// own, so that a browser, a test and the simulation run the same code.

import type { components } from '../api.gen';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Tokens = Schemas['Tokens'];
export type Visit = Schemas['Visit'];
export type Section = Schemas['Section'];
export type CheckResult = Schemas['CheckResult'];
export type Checklist = Schemas['Checklist'];
export type Question = Schemas['Question'];
export type Evidence = Schemas['Evidence'];
export type Attendance = Schemas['Attendance'];
export type Signature = Schemas['EnterpriseSignature'];
export type Sample = Schemas['Sample'];
export type Conflict = Schemas['Conflict'];
export type ResultCodes = Schemas['ResultCodes'];
export type Department = Schemas['Department'];

export type Body = Record<string, unknown>;
export type Fields = Record<string, string | number | boolean | null>;
export type Appended = 'evidence' | 'attendance' | 'signature' | 'sample';
export type Edited = 'section' | 'check_result';
export type Recorded = Edited | Appended | 'section_sign';

export interface Item {
  entity: string;
  id: number;
  seq: number;
  version: number;
  deleted?: true;
  body?: Body;
}

export interface Feed {
  feed: string;
  reset?: true;
  removed?: true;
  items: Item[];
}

export interface Operation {
  id: string;
  counter: number;
  entity: Recorded;
  entity_id?: number;
  base_version?: number;
  fields: Fields;
  group?: string;
  after?: string;
}

export type OutcomeName = 'applied' | 'merged' | 'conflict' | 'deferred' | 'rejected';

export interface Result {
  id: string;
  outcome: OutcomeName;
  version?: number;
  problem?: Problem;
}

export type Outcome = Result | { id: string; outcome: 'duplicate'; result: Result };

// How an operation stands: it waits, was decided by the server, or was set aside because no batch
// with it is taken. What is decided is kept for a server that comes back from a backup.
export interface Entry {
  operation: Operation;
  at: number; // when it was recorded, ms
  sentBy: number[]; // the devices from which it was on the network: it never changes any more
  result?: Result; // as the server last decided
  done?: number; // when that was final, ms
  linked?: true; // a link of this device's receipt
  aside?: string; // why no batch takes it
}

export interface FileEntry {
  type: string;
  size: number;
  at: number;
  location?: string;
  uploaded?: number; // when the server had all of it, ms
}

// A row of the durable store; undefined deletes it.
export type Row = [key: string, value: unknown];

// Writes all rows or none. Without a promise it was done at once.
export interface Store {
  write(rows: Row[]): Promise<void> | void;
  erase(): Promise<void> | void; // all of it, keys and files too
}

export interface Files {
  read(sha256: string, from: number, to: number): Promise<Uint8Array> | Uint8Array;
}

export interface Request {
  method: 'GET' | 'POST' | 'HEAD' | 'PATCH';
  path: string; // below …/mobile/v1
  token?: string;
  json?: unknown;
  gzip?: boolean;
  body?: Uint8Array;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  header(name: string): string | null;
  text: string;
}

// Rejects when the line broke.
export type Ask = (request: Request) => Promise<Reply>;

export type Digest = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

// The device's key pair. `fresh` makes one for a code, the same for the same code.
export interface Keys {
  fresh(code: string): Promise<void> | void;
  prove(purpose: 'enrolment' | 'renewal', secret: string):
    Promise<{ publicKey: string; signature: string }> | { publicKey: string; signature: string };
}

export interface Device {
  ask: Ask;
  digest: Digest;
  keys: Keys;
  files: Files;
  store: Store;
  now(): number; // ms, as the device has it
  monotonic?(): number; // ms of a clock that nobody sets
  random(length: number): Uint8Array;
  pause(least: number, most: number): Promise<void>; // ms
}
