// A new record begins with its code, which is its address.

import { useRouter } from 'vue-router';
import { confirmAct } from '../../layout/confirm';

export function useNewRecord() {
  const router = useRouter();
  return (what: string, code: string, to: (code: string) => string) => confirmAct({
    title: `新增${what}`, object: what, label: '下一步', reason: code,
    effect: `先填写${code}。已有的记录不会被覆盖：保存时会并列显示。`,
    run: (typed) => router.push(`${to(encodeURIComponent(typed))}?new=1`),
  });
}
