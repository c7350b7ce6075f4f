// key.mjs - the key pair of a phone: ECDSA P-256, as the protocol's page has it. A browser keeps
// its private key non-extractable (WebCrypto); this phone's is a JWK, so that a vault can hold it.

import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

export const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

// The public key as the server takes it: an uncompressed point, base64url.
export const publicKey = ({ x, y }) => Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'),
  Buffer.from(y, 'base64url')]).toString('base64url');

// The signature that proves possession, over a one-time secret: r and s, base64url.
export function prove(key, purpose, secret) {
  const hash = createHash('sha256').update(secret).digest('hex');
  const text = `liancha device ${purpose}\n${hash}\n${publicKey(key)}\n`;
  return sign('sha256', Buffer.from(text), { key: createPrivateKey({ key, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
