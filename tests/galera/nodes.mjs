// nodes.mjs - the three nodes that tests/galera/run started, each as a Liancha of its own:
//
//   const { front, nodes } = await startNodes();   // before(); front.stop() after()
//   await nodes[1].isolate(true);
//
// `front` is the stack that files of tests/http attach to: the nginx in front of all nodes, and the
// database of the first one.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stack, startStack } from '../http/harness.mjs';

const NODES = [1, 2, 3];
const WAIT_MS = 60000;

// Until `condition` gives something true, which is returned.
export async function until(what, condition) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) {
    const value = await condition();
    if (value) return value;
  }
  return assert.fail(`${what}: not in ${WAIT_MS} ms`);
}

class Node extends Stack {
  constructor(n) {
    const folder = join(process.env.LIANCHA_GALERA, String(n));
    const [, port] = readFileSync(join(folder, 'nginx/nginx.conf'), 'utf8')
      .match(/listen .*:(\d+)/);
    super({ LIANCHA_VAR: folder, LIANCHA_PORT: port,
      LIANCHA_PLATFORM_PORT: process.env.LIANCHA_PLATFORM_PORT }, false);
    this.name = `node ${n}`;
  }

  // A status variable, which a node without its cluster tells too.
  async status(name) {
    const rows = await this.operate(`SHOW STATUS LIKE 'wsrep_${name}'`);
    return rows[0]?.[1];
  }

  // Serves, in a cluster of that many nodes.
  async synced(size) {
    try {
      return await this.status('ready') === 'ON' &&
        Number(await this.status('cluster_size')) === size &&
        await this.status('local_state_comment') === 'Synced';
    } catch {
      return false; // starting
    }
  }

  // Cuts the node's group traffic off, or lets it through again.
  isolate(on) {
    return this.operate(`SET GLOBAL wsrep_provider_options = 'gmcast.isolate=${on ? 1 : 0}'`);
  }

  async kill() {
    const [pid] = readFileSync(join(this.var, 'pid/mariadb'), 'utf8').split(' ');
    process.kill(Number(pid), 'SIGKILL');
    while (existsSync(`/proc/${pid}/exe`)) await sleep(1);
  }
}

export async function startNodes() {
  assert.ok(process.env.LIANCHA_GALERA, 'tests/galera/run starts the cluster that this needs');
  const front = await startStack();
  const nodes = NODES.map((n) => new Node(n));
  for (const node of nodes) await until(node.name, () => node.synced(NODES.length));
  return { front, nodes };
}

// Once all of it is applied everywhere, the nodes hold the same rows.
export async function assertEqualNodes(nodes) {
  const [first, ...others] = await Promise.all(nodes.map((node) => node.checksums()));
  assert.ok(Object.keys(first).length > 50, 'every table');
  for (const other of others) assert.deepEqual(other, first);
}
