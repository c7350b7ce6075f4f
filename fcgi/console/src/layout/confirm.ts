// An act that cannot be undone is asked about first, with the name of what it is done to:
//
//   await confirmAct({ title: '停用账号', object: '张三（zhang.san）', effect: '该账号将立即退出，不能再登录。',
//     label: '停用', reason: '停用理由', run: (reason) => call('account.disable', …) });
//
// A problem of `run` is shown in the question, which then stays.

import { shallowRef } from 'vue';

export interface Act {
  title: string;
  object: string;
  effect: string;
  label: string; // of the button: the verb itself
  reason?: string; // asks for one, under this title
  danger?: boolean;
  run: (reason: string) => Promise<unknown>;
}

export const acting = shallowRef<(Act & { settle: (done: boolean) => void }) | null>(null);

// Whether it was done.
export function confirmAct(act: Act): Promise<boolean> {
  return new Promise((resolve) => {
    acting.value = { ...act, settle(done) {
      acting.value = null;
      resolve(done);
    } };
  });
}
