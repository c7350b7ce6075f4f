import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

// The service worker, with the list of what it keeps: names that a build makes new carry their own
// digest, the others are told apart by one.
function serviceWorker(): Plugin {
  let out = '';
  return { name: 'service-worker', apply: 'build', configResolved({ root, build: { outDir } }) {
    out = resolve(root, outDir);
  }, async closeBundle() {
    const names = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(out, join(entry.path, entry.name)));
    const files = names.filter((name) => name !== 'sw.js').sort().map((url) => ({ url,
      revision: url.startsWith('assets/') ? null
        : createHash('sha256').update(readFileSync(join(out, url))).digest('hex') }));
    await build({ entryPoints: ['src/sw.ts'], outfile: join(out, 'sw.js'), bundle: true,
      minify: true, format: 'iife', define: { __FILES__: JSON.stringify(files),
        'process.env.NODE_ENV': '"production"' } });
  } };
}

export default defineConfig({
  base: './',
  plugins: [vue(), serviceWorker()],
  // LIANCHA_PAGES_OUT: where the built pages go, when the checkout is not the place for them.
  build: { outDir: process.env.LIANCHA_PAGES_OUT ?? 'dist', emptyOutDir: true, target: 'es2022',
    assetsInlineLimit: 0, chunkSizeWarningLimit: 600, modulePreload: { polyfill: false } },
});
