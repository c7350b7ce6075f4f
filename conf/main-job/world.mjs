// world.mjs - the data of the demo: made once per LIANCHA_VAR from a seed and a day, then reused.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, readCsv } from './synthetic.mjs';

const SCHEMA = fileURLToPath(new URL('../../schema', import.meta.url));
const SEED = 'liancha-demo-2023';

// The day in China, where the officials are.
export function today(at = Date.now()) {
  return new Date(at + 8 * 3600 * 1000).toISOString().slice(0, 10);
}

// The reference data in `dir`, but that a draw's public value may follow its announcement at once,
// and that all that was drawn is public with the draw, as in an exercise: nobody waits half an hour
// for a demo or a test, nor for all its visits. The teams are held back all the same.
export function quickReference(dir) {
  const from = join(SCHEMA, 'reference');
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(from)) {
    const text = readFileSync(join(from, name), 'utf8');
    writeFileSync(join(dir, name), text.replace(/^draw\.value\.seconds,,[0-9]+/m,
      'draw.value.seconds,,0').replace(/^draw\.publish\.once,,0/m, 'draw.publish.once,,2'));
  }
  return dir;
}

// Files are in `dir`; world.json is written last, so a half-made world is made anew.
export function loadWorld(dir) {
  const mark = join(dir, 'world.json');
  if (!existsSync(mark)) {
    mkdirSync(dir, { recursive: true });
    const made = generate({ seed: process.env.LIANCHA_SEED ?? SEED, outDir: dir, asOf: today() });
    writeFileSync(mark, `${JSON.stringify(made, null, 2)}\n`);
  }
  const file = (name) => join(dir, name);
  const reference = quickReference(join(dir, 'reference'));
  const referenceFiles = ['regions.csv', 'specialties.csv', 'result-codes.csv', 'holidays.csv',
    'rules.csv', 'departments.csv', 'password-words.csv', 'authorities.csv'];
  const rowsOf = (name) => readCsv(join(reference, name));
  return {
    ...JSON.parse(readFileSync(mark, 'utf8')),
    file,
    schema: SCHEMA,
    reference,
    referenceRows: Object.fromEntries(referenceFiles.map((name) => [name, rowsOf(name).length])),
    regions: rowsOf('regions.csv'),
    specialties: rowsOf('specialties.csv'),
    resultCodes: rowsOf('result-codes.csv'),
    holidays: rowsOf('holidays.csv'),
    departments: rowsOf('departments.csv'),
    plans: JSON.parse(readFileSync(file('plans.json'), 'utf8')),
    subjects: readCsv(file('subjects.csv')),
    inspectors: readCsv(file('inspectors.csv')),
    items: readCsv(file('items.csv')),
  };
}
