// The one session of this page: locked, or with a client whose state the screens show. What a
// screen records goes through here, so that it is in the queue first, and on its way at once.

import { computed, reactive, shallowRef } from 'vue';
import { Client, Erased, LineBroken, Refused, type Bonds, type Fields,
  type Recorded } from './core';
import { markBrowser } from './device/mark';
import { ask } from './device/wire';
import { isFull, room, type Room } from './device/storage';
import { storeName } from './vault/aside';
import { Tables } from './vault/db';
import { Vault, type Opened } from './vault/vault';

const EVERY_MS = 60000;
const SOON_MS = 1500;
const AGAIN_MS = 5000;
const OFFLINE = '没有网络，记录都在本机，联网后自动上交。';

const GONE = { lost: '本机已被办公室挂失，本机上的记录和照片已全部清除。',
  retired: '本机已被办公室停用，记录全部上交后已从本机清除。', unknown: '' };

export type Phase = 'starting' | 'unfit' | 'other-tab' | 'new' | 'locked' | 'enrol' | 'open';

export const session = reactive({
  phase: 'starting' as Phase,
  why: '', // unfit, or why there is nothing here any more
  changes: 0, // grows with each change of the state: what is computed from it looks again
  syncing: false,
  syncedAt: 0,
  fault: '', // of the last sync
  unsaved: '', // why what was recorded is not kept
  update: null as ServiceWorker | null, // a new version that waits for the user
  room: null as Room | null,
});

const vault = new Vault(new Tables(storeName()));
const client = shallowRef<Client | null>(null);
let opened: Opened | null = null;
let soon: ReturnType<typeof setTimeout> | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

export const vaultOf = () => vault;
export const openedVault = (): Opened => {
  if (!opened) throw new Error('locked');
  return opened;
};

// The client, for what is computed: looked at again with each change.
export const live = computed(() => {
  void session.changes;
  if (!client.value) throw new Error('locked');
  return client.value;
});

// Something computed from the state.
export const view = <T>(look: (one: Client) => T) => computed(() => {
  void session.changes;
  return look(live.value);
});

function bump(): void { session.changes++; }

const pause = (least: number, most: number) => new Promise<void>((resolve) => {
  setTimeout(resolve, least + Math.random() * (most - least));
});

async function enter(unlocked: Opened): Promise<void> {
  opened = unlocked;
  const one = new Client({ ask, store: unlocked, files: unlocked, keys: unlocked,
    digest: async (bytes) => new Uint8Array(
      await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
    now: Date.now, monotonic: () => performance.now(), pause,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)) }, await unlocked.load());
  client.value = one;
  for (const sha256 of one.state.prune(Date.now())) await unlocked.drop(sha256);
  session.phase = one.state.meta.device === null ? 'enrol' : 'open';
  session.room = await room();
  bump();
  if (session.phase === 'open') {
    markBrowser();
    void sync();
  }
}

export const createPin = async (pin: string) => enter(await vault.create(pin));
export const unlock = async (pin: string) => enter(await vault.open(pin));

// Whether all is kept, so that this page may go.
export async function settled(): Promise<boolean> {
  if (client.value) await kept(client.value);
  return session.unsaved === '';
}

// Locks by beginning anew: nothing of what was open stays in memory, no request under way either.
export async function lock(): Promise<void> {
  if (await settled()) location.reload();
}

export async function enrol(code: string, name: string): Promise<void> {
  await live.value.enrol(code, name);
  markBrowser();
  session.phase = 'open';
  session.why = '';
  bump();
  void sync();
}

// ---- recording ----------------------------------------------------------------------------------

// Queues what the user entered. It is said to be saved when it is: `unsaved` tells when it is not.
export async function record(entity: Recorded, id: number | undefined, fields: Fields,
  bonds?: Bonds): Promise<void> {
  const one = live.value;
  one.record(entity, id, fields, bonds);
  bump();
  await kept(one);
  syncSoon();
}

function syncSoon(): void {
  clearTimeout(soon);
  soon = setTimeout(() => { void sync(); }, SOON_MS);
}

// Says whether all is kept; what is not is tried again for as long as the page lives.
async function kept(one: Client): Promise<void> {
  clearTimeout(again);
  try {
    await one.state.journal.durable();
    session.unsaved = '';
  } catch (error) {
    session.unsaved = isFull(error)
      ? '本机空间已满，最新的记录还没有保存。请先清理空间，不要关闭本页。'
      : '最新的记录还没有保存，请不要关闭本页。';
    again = setTimeout(() => { void kept(one); }, AGAIN_MS);
  }
}

// Keeps a file with its manifest: its bytes first. Returns its digest.
export async function attach(bytes: Uint8Array<ArrayBuffer>, type: string, fields: Fields):
  Promise<string> {
  const one = live.value;
  const sha256 = await openedVault().keep(bytes);
  one.attach(sha256, { type, size: bytes.length }, fields);
  bump();
  await kept(one);
  syncSoon();
  session.room = await room();
  return sha256;
}

// ---- the network --------------------------------------------------------------------------------

function faultOf(error: unknown, one: Client): string {
  if (error instanceof LineBroken) return OFFLINE;
  if (error instanceof Refused) return error.problem?.detail ?? `服务器答复 ${error.status}`;
  const { standing } = one.state.meta;
  return standing === 'good' ? '服务器忙，稍后自动再试。' : '';
}

export async function sync(): Promise<void> {
  const one = client.value;
  if (!one || session.syncing || session.phase !== 'open') return;
  if (!navigator.onLine) { // what was never on the network may still grow
    session.fault = OFFLINE;
    return;
  }
  session.syncing = true;
  try {
    await one.sync({ files: mayUpload() });
    session.syncedAt = Date.now();
    session.fault = '';
  } catch (error) {
    if (error instanceof Erased) {
      session.phase = 'enrol';
      session.why = GONE[error.why];
    }
    session.fault = faultOf(error, one);
  } finally {
    session.syncing = false;
    bump();
  }
}

// Photos by Wi-Fi only, if the user wishes so and the browser can tell.
function mayUpload(): boolean {
  const { connection } = navigator as { connection?: { type?: string } };
  return localStorage.getItem('wifi-only') !== '1' || connection?.type !== 'cellular';
}

export function beginSyncing(): void {
  window.addEventListener('online', () => { void sync(); });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sync();
  });
  setInterval(() => { void sync(); }, EVERY_MS);
}
