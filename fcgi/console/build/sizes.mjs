// sizes.mjs - fails when a page's first load is more over the wire than an office's line bears.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const OUT = process.env.LIANCHA_PAGES_OUT ?? fileURLToPath(new URL('../dist', import.meta.url));
const SIGN_IN = 'src/pages/account/SignIn.vue';
const LAYOUT = 'src/layout/Layout.vue'; // what every other page stands in
const KIB = 1024;
const SIGN_IN_MAX = 250 * KIB;
const PAGE_MAX = 900 * KIB;

const manifest = JSON.parse(readFileSync(join(OUT, '.vite/manifest.json'), 'utf8'));
const sizes = new Map();
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(OUT, file))).length);
  return sizes.get(file);
};

// The files that come with an entry, whatever it imports by name with them.
function filesOf(key, into = new Set()) {
  const { file, css = [], imports = [] } = manifest[key];
  if (into.has(file)) return into;
  into.add(file);
  css.forEach((sheet) => into.add(sheet));
  imports.forEach((next) => filesOf(next, into));
  return into;
}

const entry = filesOf('index.html');
const loads = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry).map((key) => ({
  key,
  bytes: [...new Set([...filesOf(key), ...entry, ...(key === SIGN_IN ? [] : filesOf(LAYOUT))])]
    .reduce((sum, file) => sum + size(file), 0),
})).sort((a, b) => b.bytes - a.bytes);
const over = loads.filter(({ key, bytes }) => bytes > (key === SIGN_IN ? SIGN_IN_MAX : PAGE_MAX));
const kib = ({ key, bytes }) => `${key} ${Math.round(bytes / KIB)} KiB`;
console.log(`first loads, gzip: ${loads.filter(({ key }, i) => i === 0 || key === SIGN_IN).map(kib)
  .join(', ')}`);
if (over.length > 0) {
  console.error(`too large: ${over.map(kib).join(', ')}`);
  process.exit(1);
}
rmSync(join(OUT, '.vite'), { recursive: true }); // the manifest is for this alone
