// The time, once a second, and how long it is until another.

import { onBeforeUnmount, onMounted, ref } from 'vue';

export function useNow() {
  const now = ref(Date.now());
  let timer: number | undefined;
  onMounted(() => { timer = window.setInterval(() => { now.value = Date.now(); }, 1000); });
  onBeforeUnmount(() => window.clearInterval(timer));
  return now;
}

const two = (n: number) => String(n).padStart(2, '0');

// "2 天 03:04:05"; of a time that has passed "00:00:00".
export function countdown(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  const days = Math.floor(seconds / 86400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return (days > 0 ? `${days} 天 ` : '') + clock.map(two).join(':');
}
