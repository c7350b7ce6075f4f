// Serves the app from what was fetched at its installation, and does nothing else.

import { precacheAndRoute } from 'workbox-precaching';

declare const __FILES__: { url: string; revision: string | null }[];
declare const self: ServiceWorkerGlobalScope & { skipWaiting(): Promise<void> };
interface ServiceWorkerGlobalScope {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'activate', listener: (event: { waitUntil(done: Promise<void>): void })
    => void): void;
  clients: { claim(): Promise<void> };
}

precacheAndRoute(__FILES__);

self.addEventListener('message', ({ data }) => {
  if (data === 'update') void self.skipWaiting();
});

// The page of the first start too, so that it can be told of the second version.
self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()); });
