// authority.mjs - a simulated authority for timestamps (RFC 3161): `openssl ts` behind POST
// /timestamp.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SETTINGS = `[tsa]
serial=timestamp-serial
signer_cert=timestamp-ca.pem
signer_key=timestamp-key.pem
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
ess_cert_id_alg=sha256
`;

// The settings name files of DIR without saying where it is: DIR is copied by the tests.
const openssl = (dir, args) =>
  execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });

function makeAuthority(dir) {
  openssl(dir, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'timestamp-key.pem',
    '-out', 'timestamp-new.pem', '-days', '3650', '-subj', '/CN=timestamps (simulated)', '-addext',
    'extendedKeyUsage=critical,timeStamping', '-addext', 'keyUsage=critical,digitalSignature']);
  writeFileSync(join(dir, 'timestamp-serial'), '01\n');
  writeFileSync(join(dir, 'timestamp-conf'), SETTINGS);
  // stands only when everything else does
  renameSync(join(dir, 'timestamp-new.pem'), join(dir, 'timestamp-ca.pem'));
}

// Keys in DIR, made there when absent; certificateFile is whom to trust.
export class Authority {
  #dir;

  constructor(dir) {
    this.#dir = dir;
    this.certificateFile = join(dir, 'timestamp-ca.pem');
    if (!existsSync(this.certificateFile)) makeAuthority(dir);
  }

  // The reply to a query in DER.
  stamp(query) {
    const folder = mkdtempSync(join(this.#dir, 'stamp-'));
    try {
      writeFileSync(join(folder, 'query'), query);
      openssl(this.#dir, ['ts', '-reply', '-config', 'timestamp-conf', '-section', 'tsa',
        '-queryfile', join(folder, 'query'), '-out', join(folder, 'reply')]);
      return readFileSync(join(folder, 'reply'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  // POST /timestamp
  async handle(req, res) {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const reply = this.stamp(Buffer.concat(chunks));
    res.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
    res.end(reply);
  }
}
