// pulse.mjs - a beacon's pulse (rule-2.md of fcgi/public): read, and its RSA signature verified,
// without WebCrypto, which pages over plain HTTP have not. Browsers and node run it.

import { instantOf, isHex64 } from './announcement.mjs';
import { SHA256 } from './hash.mjs';

const KEYS = ['liancha-pulse/1', 'round', 'time', 'previous', 'value', 'signature'];
const PULSE_MAX = 4096;
const BITS_MIN = 2048;
// DER of the digest's kind in front of it (RFC 8017, 9.2).
const PREFIX = '3031300d060960864801650304020105000420';
const RSA = '06092a864886f70d010101'; // the object identifier rsaEncryption

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

// ---- the key ----

// One DER value at `at` of `bytes`: its content and where the next begins.
function der(bytes, at, tag) {
  if (bytes[at] !== tag) throw new Error('key');
  let size = bytes[at + 1];
  let from = at + 2;
  if (size >= 0x80) {
    const n = size - 0x80;
    size = 0;
    for (let i = 0; i < n; i++) size = size * 256 + bytes[from++];
  }
  if (!(from + size <= bytes.length)) throw new Error('key');
  return { content: bytes.subarray(from, from + size), next: from + size };
}

// Modulus and exponent of an RSA public key in PEM; null when it is none.
function readKey(pem) {
  const body = pem.match(
    /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n$/);
  if (!body) return null;
  try {
    const bytes = Uint8Array.from(atob(body[1].replaceAll('\n', '')), (c) => c.charCodeAt(0));
    const outer = der(bytes, 0, 0x30).content;
    const kind = der(outer, 0, 0x30);
    if (!hexOf(kind.content).startsWith(RSA)) return null;
    const inner = der(der(outer, kind.next, 0x03).content.subarray(1), 0, 0x30).content;
    const modulus = der(inner, 0, 0x02);
    const exponent = der(inner, modulus.next, 0x02);
    return { n: BigInt(`0x${hexOf(modulus.content)}`), e: BigInt(`0x${hexOf(exponent.content)}`) };
  } catch {
    return null;
  }
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let e = exponent, b = base % modulus; e > 0n; e >>= 1n, b = b * b % modulus)
    if (e & 1n) result = result * b % modulus;
  return result;
}

async function signedBy(key, bytes, signature) {
  const size = key.n.toString(16).length;
  if (key.n.toString(2).length < BITS_MIN || signature.length !== size + size % 2) return false;
  const tail = PREFIX + await SHA256.digestHex(bytes);
  const padding = 'f'.repeat(size + size % 2 - tail.length - 6);
  const s = BigInt(`0x${signature}`);
  return s < key.n && power(s, key.e, key.n) === BigInt(`0x0001${padding}00${tail}`);
}

// ---- the pulse ----

// {beacon, round, at, previous, value}; null unless the key's owner signed it.
export async function readPulse(bytes, pem) {
  let text;
  try {
    text = strict.decode(bytes);
  } catch {
    return null;
  }
  const lines = text.split('\n').map((line) => line.split('\t'));
  if (bytes.length > PULSE_MAX || lines.length !== KEYS.length + 1 || lines.at(-1).join() !== '' ||
    !KEYS.every((key, i) => lines[i].length >= 2 && lines[i][0] === key)) return null;
  const [beacon, round, time, previous, value, signature] =
    lines.slice(0, KEYS.length).map((fields) => fields.slice(1).join('\t'));
  const key = readKey(pem);
  const at = instantOf(time);
  if (!key || !/^(?:0|[1-9][0-9]{0,18})$/.test(round) || Number.isNaN(at) || !isHex64(previous) ||
    !isHex64(value) || !/^(?:[0-9a-f]{2})+$/.test(signature)) return null;
  const signed = encoder.encode(text.slice(0, text.lastIndexOf('\nsignature\t') + 1));
  return await signedBy(key, signed, signature) ? { beacon, round, at, previous, value } : null;
}
