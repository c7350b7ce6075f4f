// cutting-proxy.mjs - a line that breaks: passes bytes on to a port of 127.0.0.1 until its plan
// says so.
//
//   const proxy = await startProxy(port, () => ({ up: 700000 }));
//
// The plan is asked once a connection: {up: n} cuts both sides after n bytes of the client, {down:
// n} after n bytes of the server, {} never.

import { connect, createServer } from 'node:net';

export async function startProxy(port, plan) {
  const open = new Set();
  const proxy = { cuts: 0 };
  const server = createServer((client) => {
    const { up = Infinity, down = Infinity } = plan();
    const upstream = connect(port, '127.0.0.1');
    const cut = () => {
      for (const socket of [client, upstream]) socket.destroy();
      open.delete(client);
    };
    open.add(client);
    const pass = (from, to, limit) => {
      let left = limit;
      from.on('data', (chunk) => {
        to.write(chunk.subarray(0, Math.min(left, chunk.length)));
        left -= chunk.length;
        if (left > 0) return;
        proxy.cuts++;
        // What was let pass arrives before the line is dead.
        to.end(() => cut());
        from.destroy();
      });
      from.on('end', () => to.end());
      from.on('error', cut);
      from.on('close', () => open.delete(client));
    };
    pass(client, upstream, up);
    pass(upstream, client, down);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = server.address().port;
  proxy.stop = () => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}
