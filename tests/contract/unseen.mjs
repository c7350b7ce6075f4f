// unseen.mjs - documented statuses that no HTTP test provokes, each with the reason. The list is
// exact: what is seen after all has to go from it, but for what a busy machine answers by itself.

const REASONS = [
  ['The door is one for all of these (fcgi/web/authorise.c): seen at pull and push.',
    'evidence.create 403', 'evidence.offset 403', 'evidence.append 403'],
  ['The database is killed under push and pull; this runs on the same runtime.',
    'device.enrol 5XX', 'device.renew 5XX', 'evidence.create 5XX', 'evidence.offset 5XX'],
  ['Beside its 503, which is provoked, a push has only what is a fault of the server itself.',
    'sync.push 5XX'],
  ['While no worker lives nginx answers, as it does for all others.', 'health.live 5XX'],
  ["nginx's limit for an address (conf/nginx): seen where it is lowest, at the tokens.",
    'device.enrol 429', 'sync.pull 429', 'sync.check 429', 'sync.push 429'],
  ["It is evidence.append's handler behind another method, which is what its tests look at.",
    ...['400', '403', '409', '410', '412', '460', '507', '5XX']
      .map((status) => `evidence.append-by-post ${status}`)],
  ['A full disk needs a file system of its own, which an unprivileged test cannot make.',
    ...(process.getuid() === 0 ? [] : ['evidence.append 507'])],
];

// "operation status" -> reason.
export const unseen = new Map(REASONS.flatMap(([reason, ...entries]) =>
  entries.map((entry) => [entry, reason])));
