// tls.mjs - the platform's own certificate authority and its server certificate, made with openssl.

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAYS = '3650';
const SAN = 'DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1';

function openssl(args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function newKey(path) {
  openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path]);
}

function makeCertificates(dir) {
  const at = (name) => join(dir, name);
  newKey(at('ca-key.pem'));
  openssl(['req', '-x509', '-new', '-key', at('ca-key.pem'), '-sha256', '-days', DAYS,
    '-subj', '/O=Liancha test/CN=Liancha test authority',
    '-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0',
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', at('ca.pem')]);
  newKey(at('server-key.pem'));
  openssl(['req', '-new', '-key', at('server-key.pem'), '-sha256',
    '-subj', '/O=Liancha test/CN=localhost', '-out', at('server.csr')]);
  writeFileSync(at('server.ext'), `basicConstraints=critical,CA:FALSE\n` +
    `keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=${SAN}\n`);
  // Under a passing name first: server.pem stands only when everything before it does.
  openssl(['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey',
    at('ca-key.pem'), '-set_serial', '1', '-sha256', '-days', DAYS, '-extfile', at('server.ext'),
    '-out', at('server.pem.new')]);
  renameSync(at('server.pem.new'), at('server.pem'));
  rmSync(at('server.csr'));
  rmSync(at('server.ext'));
}

function usable(dir) {
  const path = join(dir, 'server.pem');
  if (!existsSync(path)) return false;
  return new Date(new X509Certificate(readFileSync(path)).validTo) > new Date();
}

// {key, cert} for the server, made on first use or when expired; ca.pem beside them.
export function certificates(dir) {
  if (!usable(dir)) makeCertificates(dir);
  return {
    key: readFileSync(join(dir, 'server-key.pem')),
    cert: readFileSync(join(dir, 'server.pem')),
  };
}
