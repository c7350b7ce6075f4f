// observe.mjs - imported for its effect: from then on every reply of liancha-mobile and
// liancha-planner that this process gets through support/http.mjs is checked against its contract.
// A breach fails the request, and the process too, should a test have swallowed it.
//
// LIANCHA_CONTRACT_SEEN names a file to which the process adds, at its end, the operations and
// statuses that it saw: coverage.mjs reads them.

import { appendFileSync } from 'node:fs';
import { observe } from '../support/http.mjs';
import { ContractBreach, readContract } from './openapi.mjs';

const contracts = [readContract('mobile'), readContract('planner')];
const seen = new Set();
const breaches = [];

observe((exchange) => {
  const contract = contracts.find((one) => one.covers(exchange.url.pathname));
  if (!contract) return;
  try {
    const found = contract.check(exchange);
    if (found) seen.add(`${found.operation} ${found.status}`);
  } catch (error) {
    if (error instanceof ContractBreach) breaches.push(error.message);
    throw error;
  }
});

process.on('exit', () => {
  if (process.env.LIANCHA_CONTRACT_SEEN && seen.size > 0)
    appendFileSync(process.env.LIANCHA_CONTRACT_SEEN, `${[...seen].join('\n')}\n`);
  if (breaches.length === 0) return;
  process.stderr.write(`${breaches.join('\n')}\n`);
  process.exitCode = 1;
});
