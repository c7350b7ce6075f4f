// coverage.mjs FILE - whether the whole suite saw every operation and documented status of the
// phones' contract: FILE holds what observe.mjs wrote. Prints one "ok" or "not ok" line.

import { readFileSync } from 'node:fs';
import { readContract } from './openapi.mjs';
import { unseen } from './unseen.mjs';

// Comes by itself when the machine is busy: seeing it shows nothing, nor does not seeing it.
const BY_CHANCE = / (429|5XX)$/;

// {missing, stale}: documented, neither seen nor excused; excused though seen or not documented.
export function coverage(contract, seen, excused) {
  const documented = new Set(contract.operations.flatMap(({ id, statuses }) =>
    statuses.map((status) => `${id} ${status}`)));
  const known = new Set(seen);
  return {
    missing: [...documented].filter((one) => !known.has(one) && !excused.has(one)),
    stale: [...excused.keys()].filter((one) => !documented.has(one) ||
      (known.has(one) && !BY_CHANCE.test(one))),
  };
}

function main(path) {
  const seen = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');
  const { missing, stale } = coverage(readContract('mobile'), seen, unseen);
  for (const one of missing) console.log(`documented, but no test saw it: ${one}`);
  for (const one of stale)
    console.log(`on the list of the unseen, but seen or not documented: ${one}`);
  const well = missing.length + stale.length === 0;
  console.log(`${well ? 'ok' : 'not ok'} every operation and status of the contract was seen`);
  process.exitCode = well ? 0 : 1;
}

if (process.argv[1] === new URL(import.meta.url).pathname) main(process.argv[2]);
