// The one client of the planning API. A request is named by its operation in the contract:
//
//   const plan = await call('plan.show', { path: { code } });
//   await call('plan.ratio', { path: { code }, body });
//
// The session is a cookie that scripts cannot read; the header says that a page of ours asks. Who
// is no longer signed in is asked to do so over the page, and the request is made again.

import type { operations } from '../made/api';
import { routes } from '../made/routes';
import { noAnswer, Problem, problemOf } from './problem';

export type Operation = keyof typeof routes & keyof operations;

type Json<R> = R extends { content: { 'application/json': infer J } } ? J : undefined;
export type Reply<K extends Operation> =
  operations[K]['responses'] extends { 200: infer A } ? Json<A>
    : operations[K]['responses'] extends { '2XX': infer A } ? Json<A> : undefined;
export type Body<K extends Operation> = operations[K] extends
  { requestBody: { content: { 'application/json': infer J } } } ? J : undefined;
type Path<K extends Operation> =
  operations[K]['parameters'] extends { path: infer P } ? P : undefined;

export type Scalar = string | number | boolean | null | undefined;

export interface Ask<K extends Operation> {
  path?: Path<K>;
  query?: Record<string, Scalar>;
  body?: Body<K>;
  raw?: Blob; // in place of a body: a file, its type in the header
  version?: string; // of what is changed, as it was read: If-Match
  signal?: AbortSignal;
  quiet?: boolean; // a 401 is the caller's
}

export const BASE = '/liancha/planner/v1';

let signInAgain: (() => Promise<void>) | null = null;
let heard: (() => void) | null = null;

// `again` settles when somebody is signed in again; `answered` is told of each answer.
export function attachSession(again: () => Promise<void>, answered: () => void) {
  signInAgain = again;
  heard = answered;
}

export function queryOf(query: Record<string, Scalar> = {}): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') pairs.set(key, String(value));
  const text = pairs.toString();
  return text && `?${text}`;
}

function addressOf<K extends Operation>(operation: K, { path, query }: Ask<K>): string {
  const places = (path ?? {}) as Record<string, Scalar>;
  return BASE + routes[operation][1].replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(places[name]))) + queryOf(query);
}

async function send<K extends Operation>(operation: K, ask: Ask<K>): Promise<Response> {
  const headers: Record<string, string> = { 'X-Liancha-Console': '1' };
  if (ask.body !== undefined) headers['Content-Type'] = 'application/json';
  if (ask.raw) headers['Content-Type'] = ask.raw.type;
  if (ask.version !== undefined) headers['If-Match'] = ask.version;
  try {
    return await fetch(addressOf(operation, ask), {
      method: routes[operation][0], headers, credentials: 'same-origin', cache: 'no-store',
      redirect: 'error', signal: ask.signal ?? null,
      body: ask.raw ?? (ask.body === undefined ? null : JSON.stringify(ask.body)),
    });
  } catch (fault) {
    if (ask.signal?.aborted) throw fault;
    throw noAnswer();
  }
}

async function respond<K extends Operation>(operation: K, ask: Ask<K>): Promise<Response> {
  let response = await send(operation, ask);
  if (response.status === 401 && !ask.quiet && signInAgain) {
    await response.text().catch(() => ''); // the connection is free meanwhile
    await signInAgain();
    response = await send(operation, ask);
  }
  if (!response.ok) throw await problemOf(response);
  if (operation !== 'session.show') heard?.();
  return response;
}

// Rejects with a Problem.
export async function call<K extends Operation>(operation: K, ask: Ask<K> = {}): Promise<Reply<K>> {
  const response = await respond(operation, ask);
  if (response.status === 204) return undefined as Reply<K>;
  try {
    return await response.json() as Reply<K>;
  } catch {
    throw new Problem({ title: '连接中断', status: 0, detail: '服务器的答复没有收全，请重试' });
  }
}

// The same, with the version that an edit hands back (ETag).
export async function callVersioned<K extends Operation>(operation: K, ask: Ask<K> = {}):
Promise<{ data: Reply<K>; version: string | undefined }> {
  const response = await respond(operation, ask);
  return { data: await response.json() as Reply<K>,
    version: response.headers.get('ETag') ?? undefined };
}

export async function blobOf<K extends Operation>(operation: K, ask: Ask<K> = {}): Promise<Blob> {
  return (await respond(operation, ask)).blob();
}

// Saves what comes as a file, under the name that the server gives it.
export async function download<K extends Operation>(operation: K, ask: Ask<K> = {}) {
  const response = await respond(operation, ask);
  const said = response.headers.get('Content-Disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  const name = encoded ? decodeURIComponent(encoded) : /filename="([^"]+)"/.exec(said)?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name ?? '导出';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
