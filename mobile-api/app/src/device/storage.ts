// How safely this browser keeps what is recorded, and how much more of it.

const LOW_BYTES = 200 * 1048576; // a day's photos
const PRIVATE_QUOTA = 128 * 1048576; // no phone gives a page of its own so little

export interface Room { persisted: boolean; used: number; free: number; low: boolean }

export async function room(): Promise<Room> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { persisted: await navigator.storage.persisted(), used: usage, free: quota - usage,
    low: quota - usage < LOW_BYTES };
}

export const askToPersist = () => navigator.storage.persist();

// Why nothing can be recorded here, or null. In a private window all would be gone with it.
export async function unfit(): Promise<string | null> {
  if (!window.isSecureContext) return '须以 https 打开本应用，否则无法加密保存记录。';
  if (!('indexedDB' in window)) return '此浏览器不能在本机保存记录，请改用系统浏览器。';
  if (!('locks' in navigator) || !('storage' in navigator))
    return '此浏览器版本过低，请更新后再用（iOS 须 16.4 以上）。';
  const { quota = Infinity } = await navigator.storage.estimate();
  return quota < PRIVATE_QUOTA
    ? '这是无痕（隐私）窗口，或空间不足：窗口关闭后记录会丢失。请在普通窗口中打开。' : null;
}

// Whether a write failed because there is no room; what wraps it tells by its own name or not.
export function isFull(error: unknown): boolean {
  const { name, inner } = (error ?? {}) as { name?: string; inner?: unknown };
  return name?.includes('Quota') === true || (inner !== undefined && isFull(inner));
}
