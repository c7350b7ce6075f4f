// An authority for timestamps (RFC 3161) stamps each announcement before its value is there, and
// what is no such stamp is not kept.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { post } from '../../conf/main-job/office.mjs';
import { rebundle } from '../support/bundle.mjs';
import { Authority } from '../support/platform/authority.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const STAMP = 'announcement.tsr';

let stack;
let world;
let authority; // the certificate to trust

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 40);
  authority = join(stack.var, 'secret/timestamp-ca.pem');
});
after(() => stack.stop());

const stamp = (...options) => stack.office.ctl([...options, 'draw', 'stamp'], { codes: [0, 1] });
// Announced, with time enough for a stamp before the value.
async function announced() {
  const campaign = await world.advance(await world.campaign([HOME]), 'freeze');
  await post(await world.planner(HOME), `/planner/v1/campaigns/${campaign.code}/announce`,
    stack.beacon.announce(6000));
  return campaign;
}
const stampOf = async ({ code }) => (await stack.sql('SELECT HEX(t.body) FROM campaign_text t ' +
  `JOIN campaign c ON c.id = t.campaign_id WHERE c.code = '${code}' AND t.name = 'timestamp'`))[0];

function verify(bundle, ...options) {
  const path = join(stack.var, 'stamped.tar');
  writeFileSync(path, bundle);
  return stack.office.ctl(['draw', 'verify', path, ...options], { codes: [0, 1] });
}

test('an announcement is stamped once, and anybody can check the stamp', async () => {
  await stamp();
  const campaign = await announced();
  const made = await stamp();
  assert.deepEqual(made.out, { stamped: 1, failed: 0 }, made.err);
  const [first] = await stampOf(campaign);
  assert.deepEqual((await stamp()).out, { stamped: 0, failed: 0 });
  assert.deepEqual(await stampOf(campaign), [first]);
  await world.step(campaign, 'value');
  const bundle = await world.bundle(campaign);
  const files = untar(bundle);
  for (const name of ['announcement.txt', STAMP])
    writeFileSync(join(stack.var, name), files.get(name));
  const said = execFileSync('openssl', ['ts', '-verify', '-data',
    join(stack.var, 'announcement.txt'), '-in', join(stack.var, STAMP), '-CAfile', authority],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.match(said, /Verification: OK/);
  const { out } = await verify(bundle, '--authority', authority);
  assert.deepEqual(out.findings, []);
  assert.ok(Math.abs(Date.now() - Date.parse(out.stamped)) < 600_000);
  assert.equal((await verify(bundle)).out.stamped, null, 'nobody was said to be trusted');
  const stranger = new Authority(join(stack.var, 'tmp'));
  for (const [what, changed, trusted] of [['another authority', bundle, stranger.certificateFile],
    ['no stamp', rebundle(bundle, STAMP, () => null), authority],
    ['a byte', rebundle(bundle, STAMP, (bytes) => {
      bytes[bytes.length - 9] ^= 1;
      return bytes;
    }), authority],
    ['cut', rebundle(bundle, STAMP, (bytes) => bytes.subarray(0, -1)), authority],
    ['of another announcement', rebundle(bundle, 'announcement.txt',
      (bytes) => Buffer.from(bytes.toString().replace(/^name\t/m, 'name\tx'))), authority]]) {
    const { out: found } = await verify(changed, '--authority', trusted);
    assert.ok(found.findings.some(({ file }) => file === STAMP), what);
    assert.equal(found.stamped, null, what);
  }
});

test('a reply that is no stamp of this query is not kept', async () => {
  const campaign = await announced();
  const real = new Authority(join(stack.var, 'platform'));
  const stranger = new Authority(join(stack.var, 'tmp'));
  const ts = (...args) => execFileSync('openssl', ['ts', '-query', ...args, '-sha256', '-cert'],
    { stdio: ['ignore', 'pipe', 'ignore'] });
  writeFileSync(join(stack.var, 'other'), 'other bytes');
  let reply;
  const server = createServer({ key: readFileSync(join(stack.var, 'platform/server-key.pem')),
    cert: readFileSync(join(stack.var, 'platform/server.pem')) }, async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const { status = 200, body } = reply(Buffer.concat(chunks));
    res.writeHead(status);
    res.end(body);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const config = join(stack.var, 'stamp.ini');
  writeFileSync(config, readFileSync(stack.config, 'utf8').replace(/^url=.*\/timestamp$/m,
    `url=https://127.0.0.1:${server.address().port}/`), { mode: 0o600 });
  try {
    for (const [what, one] of [
      ['of another authority', (query) => ({ body: stranger.stamp(query) })],
      ['of other bytes', () => ({ body: real.stamp(ts('-data', join(stack.var, 'other'))) })],
      ['of an earlier query', (query) => {
        query[query.length - 6] ^= 1; // in the nonce
        return { body: real.stamp(query) };
      }],
      ['cut', (query) => ({ body: real.stamp(query).subarray(0, -5) })],
      ['too long', () => ({ body: Buffer.alloc(100_000) })],
      ['none', () => ({ body: 'x' })],
      ['a failure', () => ({ status: 503, body: '' })]]) {
      reply = one;
      const { out } = await stamp('--config', config);
      assert.deepEqual(out, { stamped: 0, failed: 1 }, what);
      assert.equal(await stampOf(campaign), undefined, what);
    }
  } finally {
    server.close();
  }
  assert.deepEqual((await stamp()).out, { stamped: 1, failed: 0 });
  await world.advanceBy(campaign, 'value'); // nothing else of these strata could be announced
});
