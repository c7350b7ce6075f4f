// The FastCGI connection between nginx and a worker: it carries one request, and the worker goes on
// as soon as that is answered, whatever the other side does with its end.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';

const TIMES = 9;
const BODY_MAX = 1048576;
const RECORD = { begin: 1, end: 3, params: 4, stdin: 5 };

let stack;

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_MOBILE_WORKERS: '1' } });
});
after(() => stack.stop());

function record(type, content = Buffer.alloc(0)) {
  const header = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
  return Buffer.concat([header, content]);
}

const params = (values) => Buffer.concat(Object.entries(values).map(([name, value]) =>
  Buffer.from(`${String.fromCharCode(name.length, value.length)}${name}${value}`)));

const asked = (keep) => Buffer.concat([
  record(RECORD.begin, Buffer.from([0, 1, keep ? 1 : 0, 0, 0, 0, 0, 0])),
  record(RECORD.params, params({ REQUEST_METHOD: 'GET',
    DOCUMENT_URI: '/liancha/mobile/v1/health' })),
  record(RECORD.params), record(RECORD.stdin)]);

// One request straight to the worker; resolves at the record that ends its answer, with the
// connection.
function ask(keep) {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: join(stack.var, 'run/mobile.sock'), allowHalfOpen: true });
    let answer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      for (let at = 0; at + 8 <= answer.length;
        at += 8 + answer.readUInt16BE(at + 4) + answer[at + 6])
        if (answer[at + 1] === RECORD.end) resolve({ socket, text: answer.toString('latin1') });
    });
    socket.write(asked(keep));
  });
}

// How long one answer takes after the other, in the middle; the asker closes its ends at once, or
// in the end.
async function pace({ keep = false, leave = false }) {
  const times = [];
  const open = [];
  for (let n = 0; n < TIMES; n++) {
    const start = performance.now();
    const { socket, text } = await ask(keep);
    times.push(performance.now() - start);
    assert.match(text, /Status: 200\r\n/);
    if (leave) open.push(socket);
    else socket.destroy();
  }
  for (const socket of open) socket.destroy();
  return times.sort((a, b) => a - b)[TIMES >> 1];
}

test('a connection that is left open, or asked to be kept, holds no worker', { timeout: 60000 },
  async (t) => {
    const closing = await pace({});
    for (const how of [{ leave: true }, { leave: true, keep: true }]) {
      const open = await pace(how);
      t.diagnostic(`${JSON.stringify(how)}: ${open.toFixed(2)} ms, ` +
        `${closing.toFixed(2)} ms if closed`);
      assert.ok(open <= 50 * closing, `${open} ms, ${closing} ms where the asker closes`);
    }
  });

test('who is refused before a long body was read is told why', async () => {
  for (let n = 0; n < TIMES; n++)
    expectProblem(await request(`${stack.base}/mobile/v1/push`,
      { body: Buffer.alloc(BODY_MAX, ' '), headers: { 'Content-Type': 'application/json' } }), 401);
});
