// Requests as the protocol wants them: what is no reply of this API is a line that broke; a busy
// server says when to come again; a token that ended is renewed once.

import type { Ask, Problem, Reply, Request } from './types';

const ATTEMPTS = 6; // of a line that breaks
const REFUSALS = 30; // of a server that says when to come again
const FIRST_WAIT_MS = 100;

// The line broke, or something in between answered; it says nothing about the request.
export class LineBroken extends Error {
  code: string;

  constructor(what: string, code = 'ELINE') {
    super(what);
    this.code = code;
  }
}

// The server refused a request.
export class Refused extends Error {
  status: number;
  problem: Problem | null;

  constructor(path: string, status: number, problem: Problem | null) {
    super(`${path}: ${status} ${problem?.type ?? ''} ${problem?.detail ?? ''}`);
    this.status = status;
    this.problem = problem;
  }

  // The last part of the problem's type.
  get why(): string { return this.problem?.type.split(':').at(-1) ?? ''; }
}

class Busy extends Error {
  status: number;
  retryAfter: number | null; // seconds

  constructor(path: string, status: number, retryAfter: number | null) {
    super(`${path}: ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const NOT_MODIFIED = 304; // has no body
const BUSY = [429, 502, 503, 504];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const mediaType = (reply: Reply) =>
  (reply.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();

function problemOf(reply: Reply): Problem | null {
  if (mediaType(reply) !== 'application/problem+json') return null;
  const problem = parse(reply.text) as Partial<Problem> | undefined;
  return typeof problem?.type === 'string' && problem.type.startsWith('urn:liancha:problem:')
    ? problem as Problem : null;
}

function busy(path: string, reply: Reply): Busy {
  const seconds = Number(reply.header('retry-after'));
  const said = problemOf(reply) !== null && Number.isFinite(seconds) && seconds > 0;
  return new Busy(path, reply.status, said ? seconds : null);
}

// What a reply says: its JSON, or nothing where none is due. Throws Busy, Refused or LineBroken.
// Of HEAD no body tells whose reply it is: the header of tus does.
export function read(request: Request, reply: Reply, due: { status: number[]; json?: boolean }):
  unknown {
  const { path } = request;
  if (BUSY.includes(reply.status)) throw busy(path, reply);
  if (due.status.includes(reply.status)) {
    if (!due.json || reply.status === NOT_MODIFIED) return undefined;
    const json = mediaType(reply) === 'application/json' ? parse(reply.text) : undefined;
    if (json === null || typeof json !== 'object')
      throw new LineBroken(`${path}: ${reply.status} that is no reply of the server`);
    return json;
  }
  const problem = problemOf(reply);
  const ours = problem !== null ||
    (request.method === 'HEAD' && reply.header('tus-resumable') !== null);
  if (reply.status < 400 || !ours)
    throw new LineBroken(`${path}: ${reply.status} that is no reply of the server`);
  throw new Refused(path, reply.status, problem);
}

export interface Wire {
  ask: Ask;
  pause(least: number, most: number): Promise<void>;
  refusals: number; // how often the server said to come again
}

// Does something on the network until the line holds and the server has time.
export async function persist<T>(wire: Wire, attempt: () => Promise<T>): Promise<T> {
  for (let broken = 0, refused = 0;;)
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Refused) throw error;
      const seconds = error instanceof Busy ? error.retryAfter : null;
      let wait: number;
      if (seconds !== null) {
        if (++refused > REFUSALS) throw error;
        wire.refusals++;
        wait = seconds * 1000 * Math.min(refused, 3);
      } else {
        if (!isBroken(error) || ++broken >= ATTEMPTS) throw error;
        wait = FIRST_WAIT_MS * 2 ** (broken - 1);
      }
      await wire.pause(wait, wait * 1.5);
    }
}

const BROKEN = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ELINE'];

// Whether a request may be made again at once; a phone that knows to be offline does not try.
function isBroken(error: unknown): boolean {
  return error instanceof Busy || BROKEN.includes((error as { code?: string }).code ?? '');
}
