import vue from '@vitejs/plugin-vue';
import components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vite';

// LIANCHA_PAGES_OUT: where the built pages go, when the checkout is not the place for them.
// LIANCHA_BASE_URL: whose API `npm run dev` asks.
export default defineConfig({
  base: '/liancha/console/',
  plugins: [
    vue(),
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver()] }),
  ],
  build: {
    outDir: process.env.LIANCHA_PAGES_OUT ?? 'dist',
    emptyOutDir: true,
    manifest: true,
    target: ['chrome87', 'firefox91'],
    // The content security policy has no data: for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { '/liancha/planner': process.env.LIANCHA_BASE_URL ?? 'http://127.0.0.1:8080' },
  },
});
