// Who is signed in, and until when. The token itself is a cookie that no script reads.

import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { attachSession, call, type Reply } from './client';

export type Me = Reply<'session.show'>;
export type Entered = Reply<'session.open'>;

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null);
  const known = ref(false); // whether the server was asked yet
  const asking = ref(false); // a request found the session ended: sign in over the page
  const heardAt = ref(Date.now()); // the last answer, which moves the session's end on
  const last = ref<Entered | null>(null);
  let again: { promise: Promise<void>; done: () => void } | null = null;

  const roles = computed(() => me.value?.roles ?? []);
  const may = (wanted: readonly string[]) =>
    wanted.length === 0 || wanted.some((role) => roles.value.includes(role));

  // Null when nobody is signed in.
  async function load(): Promise<Me | null> {
    try {
      me.value = await call('session.show', { quiet: true });
    } catch (fault) {
      if ((fault as { status?: number }).status !== 401) throw fault;
      me.value = null;
    }
    known.value = true;
    return me.value;
  }

  async function enter(login: string, password: string, code?: string): Promise<Entered> {
    const body = code ? { login, password, code } : { login, password };
    const entered = await call('session.open', { body, quiet: true });
    last.value = entered;
    heardAt.value = Date.now();
    await load();
    asking.value = false;
    again?.done();
    again = null;
    return entered;
  }

  function signInAgain(): Promise<void> {
    if (!again) {
      let done = () => {};
      const promise = new Promise<void>((resolve) => { done = resolve; });
      again = { promise, done };
    }
    asking.value = true;
    return again.promise;
  }

  // Nothing of one person is left to the next in this tab.
  function forget() {
    me.value = null;
    last.value = null;
    asking.value = false;
    sessionStorage.clear();
  }

  async function leave(everywhere = false) {
    await call(everywhere ? 'session.close-all' : 'session.close', { quiet: true });
    forget();
  }

  attachSession(signInAgain, () => { heardAt.value = Date.now(); });
  return { me, known, asking, heardAt, last, roles, may, load, enter, signInAgain, leave, forget };
});
