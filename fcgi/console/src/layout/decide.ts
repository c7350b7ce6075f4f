// What another asked for is granted or refused, a refusal with its reason:
//
//   await decide(true, { words: ['批准', '不批准'], what: '调整', object: …, effects: [granted, refused],
//     run: (reason) => call('adjustment.decide', …), done: refresh });

import { confirmAct } from './confirm';
import { say } from './say';

export interface Asked {
  words: [string, string]; // to grant, to refuse
  what: string;
  object: string;
  effects: [string, string];
  run: (reason: string) => Promise<unknown>;
  done: () => Promise<unknown> | undefined;
}

export async function decide(grant: boolean, { words, what, object, effects, run, done }: Asked) {
  const label = words[grant ? 0 : 1];
  const decided = await confirmAct({ title: `${label}${what}`, object, label, run,
    effect: effects[grant ? 0 : 1], danger: !grant, reason: grant ? undefined : `${label}的理由` });
  if (!decided) return;
  say(`${label}：已记录`);
  await done();
}
