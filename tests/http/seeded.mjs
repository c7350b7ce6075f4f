// seeded.mjs FOLDER - makes the data of a stack that holds the small world, for stacks that begin
// as copies of it: to make the world takes longer than most of what is tested in it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startStack } from './harness.mjs';
import { seed } from './world.mjs';

const KEPT = ['.liancha', 'mariadb', 'secret', 'platform', 'evidence', 'world',
  'test-accounts.json'];

const [folder] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { mode: 0o711 });
const stack = await startStack({ own: true });
await seed(stack);
await stack.services('stop');
execFileSync('cp', ['-a', ...KEPT.map((name) => join(stack.var, name)), folder]);
await stack.stop();
