// Requests of the core by fetch: no redirect is followed, nothing is cached, no cookie goes along.

import { LineBroken, type Ask } from '../core';

const TIMEOUT_MS = 60000;

export const BASE = new URL('../mobile/v1', document.baseURI).href;

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

export const ask: Ask = async ({ method, path, token, json, gzip: packed, body, headers }) => {
  const sent = new Headers(headers);
  if (token !== undefined) sent.set('Authorization', `Bearer ${token}`);
  let content: BodyInit | undefined = body as Uint8Array<ArrayBuffer> | undefined;
  if (json !== undefined) {
    sent.set('Content-Type', 'application/json');
    const text = JSON.stringify(json);
    const small = packed === true && 'CompressionStream' in window;
    if (small) sent.set('Content-Encoding', 'gzip');
    content = small ? await gzip(text) : text;
  }
  if (!navigator.onLine) throw new LineBroken(`${path}: offline`, 'EOFFLINE');
  try {
    const response = await fetch(`${BASE}${path}`, { method, headers: sent, body: content ?? null,
      redirect: 'manual', credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = method === 'HEAD' ? '' : await response.text();
    return { status: response.status, text, header: (name) => response.headers.get(name) };
  } catch (error) {
    throw new LineBroken(`${path}: ${String(error)}`, 'ECONNRESET');
  }
};
