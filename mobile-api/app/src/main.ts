import { createApp } from 'vue';
import App from './App.vue';
import { becomeWriter } from './device/tab';
import { unfit } from './device/storage';
import { router } from './router';
import { beginSyncing, session, vaultOf } from './session';
import { applyLook } from './look';
import './style.css';

const LOOK_MS = 6 * 3600000;

applyLook();
createApp(App).use(router).mount('#app');

async function start(): Promise<void> {
  const why = await unfit();
  if (why !== null) {
    session.why = why;
    session.phase = 'unfit';
    return;
  }
  if (!await becomeWriter()) {
    session.phase = 'other-tab';
    return;
  }
  session.phase = await vaultOf().exists() ? 'locked' : 'new';
  beginSyncing();
}

// A new version is fetched, and waits until its user says so.
async function serve(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('./sw.js');
  const waits = () => { session.update = registration.waiting; };
  waits();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', waits);
  });
  let first = navigator.serviceWorker.controller === null; // it serves this page's own version
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!first) location.reload();
    first = false;
  });
  // A page that stays open for days hears of a new version too.
  setInterval(() => { registration.update().catch(() => undefined); }, LOOK_MS);
}

void start();
void serve();
