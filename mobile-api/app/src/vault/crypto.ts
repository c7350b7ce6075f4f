// What the vault computes: a key out of a PIN or password, and boxes that only a key opens.

export const ITERATIONS = 600000;

const encoder = new TextEncoder();
const IV_BYTES = 12;

export const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

// AES-GCM, out of what a person knows. Slow, so that trying takes long.
export async function keyOf(secret: string, salt: BufferSource, iterations: number) {
  const base = await crypto.subtle.importKey('raw', encoder.encode(secret.normalize('NFKC')),
    'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, base,
    { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export const dataKey = (raw: BufferSource) =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

// `about` names what is in the box: in the place of another it does not open.
export async function seal(key: CryptoKey, about: string, bytes: BufferSource):
  Promise<ArrayBuffer> {
  const iv = random(IV_BYTES);
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(about) }, key, bytes);
  const box = new Uint8Array(IV_BYTES + sealed.byteLength);
  box.set(iv);
  box.set(new Uint8Array(sealed), IV_BYTES);
  return box.buffer;
}

export function open(key: CryptoKey, about: string, box: ArrayBuffer): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(box, 0, IV_BYTES),
    additionalData: encoder.encode(about) }, key, new Uint8Array(box, IV_BYTES));
}
