// The protocol of the phones, without a page: what it needs of its device is passed in (types.ts).

export { canonical, checksum, digestOf, hex, link, NO_RECEIPT, utf8 } from './canonical';
export { answerFault, review, type Fault, type Standing } from './checklist';
export { dayAfter, dayOf, weekdayOf } from './days';
export { bearing, distance, type Spot } from './geo';
export { Client, Erased, type Bonds } from './client';
export { enrolmentOf } from './enrolment';
export { checklistOf, missing, type Missing } from './missing';
export { whyOf } from './receipt';
export * as shown from './shown';
export { isFinal, KEPT_MS, State, type Meta } from './state';
export type * from './types';
export { PIECE } from './upload';
export { LineBroken, Refused } from './wire';
