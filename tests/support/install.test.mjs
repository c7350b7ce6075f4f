// conf/install names the packages that have a security update, on a machine whose apt and dpkg say
// what the case wants.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const INSTALL = new URL('../../conf/install', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'liancha-install-'));
after(() => rmSync(folder, { recursive: true }));

const SECURITY = 'Debian-Security:12/stable-security [amd64])';
const program = (name, text) => writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`,
  { mode: 0o755 });

// What conf/install says where apt would do `lines`; all packages are installed but `absent`.
function run(lines, { absent = '', args = ['--check', 'run'], code = 0 } = {}) {
  writeFileSync(join(folder, 'lines'), `${lines.join('\n')}\n`);
  program('apt-get', `[ "$*" = "-s -q dist-upgrade" ] || exit 9\ncat ${folder}/lines`);
  program('dpkg-query', `shift 3
for one; do [ "$one" = "${absent}" ] || echo "$one:install ok installed"; done`);
  const done = spawnSync(INSTALL, args,
    { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` }, encoding: 'utf8' });
  assert.equal(done.status, code, done.stderr);
  return done.stderr.trim().split('\n').filter((line) => line);
}

const told = (name) =>
  `conf/install: ${name} has a security update: apt-get install ${name}`;

test('a package that has a security update is named, whatever else apt would do', () => {
  const cases = [
    [[], []],
    [[`Inst nginx [1.22.1-9+deb12u2] (1.22.1-9+deb12u4 ${SECURITY}`], ['nginx']],
    [[`Inst libssl-dev [3.0.15] (3.0.17 ${SECURITY} []`,
      `Inst openssl [3.0.15] (3.0.17 ${SECURITY}`], ['libssl-dev', 'openssl']],
    [['Inst nginx [1.22.1] (1.22.1-9 Debian:12.9/stable, Debian-Security:12/stable-security ' +
      '[amd64])'], ['nginx']],
    [['Inst curl [7.88.1-10] (7.88.1-11 Debian:12.9/stable [amd64])'], []],
    [[`Inst nginx-extras [1.22.1] (1.22.1-9 ${SECURITY}`], []],
    [[`Conf nginx (1.22.1-9+deb12u4 ${SECURITY}`, `Remv nginx [1.22.1] ${SECURITY}`], []],
    [[`Inst chromium [120] (121 ${SECURITY}`], []], // of a group that is not asked for
  ];
  for (const [lines, names] of cases)
    assert.deepEqual(run(lines), names.map(told), lines.join('; '));
  assert.deepEqual(run([`Inst chromium [120] (121 ${SECURITY}`],
    { args: ['--check', 'browser'] }), [told('chromium')]);
});

test('what is missing is told beside it', () => {
  const said = run([`Inst nginx [1.22.1] (1.22.1-9 ${SECURITY}`],
    { absent: 'multiwatch', code: 1 });
  assert.deepEqual(said.slice(0, 2),
    [told('nginx'), 'missing: multiwatch (group run of conf/packages.txt)']);
});
