// What was typed and not yet sent: kept for the tab, asked about before it is left.

import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import type { Values } from './form';

const KEY = 'draft:';

export function readDraft(name: string): Values | null {
  const kept = sessionStorage.getItem(KEY + name);
  return kept ? JSON.parse(kept) as Values : null;
}

export function dropDraft(name: string) {
  sessionStorage.removeItem(KEY + name);
}

// `secret` names what is never written down.
export function keepDraft(name: string, values: Ref<Values>, secret: () => string[],
  dirty: () => boolean) {
  watch(values, (now) => {
    if (!dirty()) {
      dropDraft(name);
      return;
    }
    const kept = Object.entries(now).filter(([key]) => !secret().includes(key));
    sessionStorage.setItem(KEY + name, JSON.stringify(Object.fromEntries(kept)));
  }, { deep: true });

  const stay = (event: BeforeUnloadEvent) => {
    if (dirty()) event.preventDefault();
  };
  onMounted(() => window.addEventListener('beforeunload', stay));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', stay));
  onBeforeRouteLeave((to) => to.path === '/sign-in' || !dirty() ||
    window.confirm('本页有内容尚未提交。离开后，本标签页会暂存已填写的内容。确定离开吗？'));
}
