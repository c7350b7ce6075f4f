// conf/phone: the app of a demo by https, for a phone that trusts the authority made for it.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';

const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR } = process.env;
const SCRIPT = new URL('../../conf/phone', import.meta.url).pathname;
const HOST = '127.0.0.2'; // an address that was asked for
const FOLDER = join(VAR, 'phone');
const CA = join(FOLDER, 'ca.crt');
const env = { ...process.env, LIANCHA_PORT: new URL(ORIGIN).port };

let port;
let server;

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, HOST, () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});

// The status of a request, "000" where no connection came about.
function curl(path, ...options) {
  try {
    return execFileSync('curl', ['-s', '--noproxy', '*', '-o', '/dev/null', '-w', '%{http_code}',
      ...options, `https://${HOST}:${port}${path}`], { encoding: 'utf8' });
  } catch (error) {
    return error.stdout;
  }
}

async function begin() {
  server = spawn(SCRIPT, [HOST, String(port)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  server.stdout.on('data', (data) => { said += data; });
  // What it says is read between two requests: each of them holds this process up.
  for (let n = 0; said === '' || curl('/ca.crt', '--insecure') !== '200'; n++) {
    assert.ok(n < 100 && server.exitCode === null, 'conf/phone does not answer');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return said;
}

async function end() {
  if (!server || server.exitCode !== null) return;
  const gone = new Promise((resolve) => { server.on('exit', resolve); });
  server.kill('SIGTERM');
  await gone;
}

before(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  port = await freePort();
});
after(end);

test('a phone that trusts the authority opens the app and reaches its server, and nothing else',
  async () => {
    const said = await begin();
    assert.match(said, new RegExp(`https://${HOST}:${port}/liancha/app/`));
    const trusted = (path) => curl(path, '--cacert', CA);
    assert.equal(trusted('/liancha/app/'), '200');
    assert.equal(trusted('/liancha/mobile/v1/health'), '200');
    assert.equal(trusted('/liancha/mobile/v1/pull'), '401');
    for (const path of ['/liancha/console/', '/liancha/planner/v1/health', '/liancha/-/problem',
      '/liancha/app/../console/'])
      assert.equal(trusted(path), '404', path);
    assert.equal(curl('/liancha/app/'), '000'); // who does not trust it
    assert.equal(curl('/ca.crt', '--insecure', '--connect-to', `::127.0.0.1:${port}`), '000');
    const text = execFileSync('openssl', ['x509', '-noout', '-text', '-in', CA],
      { encoding: 'utf8' });
    assert.match(text, /Name Constraints: critical/);
  });

test('the key of the authority is nowhere, and the certificate stays for the same address',
  async () => {
    const keys = readdirSync(FOLDER).filter((name) => !name.startsWith('tmp-') &&
      readFileSync(join(FOLDER, name), 'utf8').includes('PRIVATE KEY'));
    assert.deepEqual(keys, ['server.key']);
    const before = readFileSync(CA, 'utf8');
    await end();
    assert.equal(curl('/ca.crt', '--insecure'), '000');
    await begin();
    assert.equal(readFileSync(CA, 'utf8'), before);
  });

test('the app may keep records there', async () => {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(`https://${HOST}:${port}/`);
    await page.getByRole('heading', { name: '设置 PIN' }).waitFor();
    assert.equal(await page.evaluate(() => isSecureContext), true);
  } finally {
    await browser.close();
  }
});

test('no address, all addresses and what is none are refused', () => {
  for (const wrong of [[], ['0.0.0.0'], ['localhost'], [HOST, 'x'], [HOST, '1', '2']])
    assert.throws(() => execFileSync(SCRIPT, wrong, { env, stdio: 'ignore' }),
      ({ status }) => status === 2);
  assert.ok(existsSync(CA));
});
