// Operations that no server can take, as broken keyboards, cut strings and other languages'
// encoders make
// them: each is rejected alone, once and for all, whatever it holds, and the batch goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { link } from '../support/phone/checksum.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

let stack;
let world;
let phone;
let section;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  const part = world.visits.flatMap(({ sections }) => sections)
    .find(({ department }) => department === DISTRICT);
  section = part.section;
  phone = await world.newPhone(part.inspectors[0].card_no);
  await phone.pull();
});
after(() => stack.stop());

let counter = 0;
const operation = (fields = { note: `合成 ${uuidv7()}` }, more = {}) =>
  ({ id: uuidv7(), counter: ++counter,
  entity: 'section', entity_id: section,
  base_version: phone.item('section', section).version, fields,
  ...more });
const send = (body) => request(`${stack.base}/mobile/v1/push`,
  { body, headers: { 'Content-Type': 'application/json' }, token: phone.token });
const batch = (...texts) => Buffer.concat([Buffer.from('{"operations":['),
  ...texts.flatMap((text, i) => [Buffer.from(i ? ',' : ''), Buffer.from(text)]),
  Buffer.from(']}')]);
const kind = ({ problem }) => problem?.type.split(':').at(-1);
const nested = (depth) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

// The text of an operation, its note replaced by bytes.
function spoilt(bytes) {
  const text = Buffer.from(JSON.stringify(operation({ note: '@' })));
  const at = text.indexOf('"@"');
  return Buffer.concat([text.subarray(0, at), Buffer.from(bytes), text.subarray(at + 3)]);
}

// [what, JSON value of a field as bytes, pointer]
const VALUES = [
  ['half an emoji at the end', '"合成备注\\ud83d"', '/fields/note'],
  ['half an emoji in the middle', '"合成\\uD83D备注"', '/fields/note'],
  ['the other half', '"\\ude00 合成"', '/fields/note'],
  ['both halves the wrong way round', '"\\ude00\\ud83d"', '/fields/note'],
  ['half an emoji before a whole one', '"\\ud83d😀"', '/fields/note'],
  ['half an emoji before an escape', '"\\ud83d\\n"', '/fields/note'],
  ['NUL alone', '"\\u0000"', '/fields/note'],
  ['NUL in a pasted text', '"粘贴\\u0000文字"', '/fields/note'],
  ['half an emoji in a name', '"x","no\\udc00te":"1"', '/fields'],
  ['half an emoji in a list', '["a","\\ud83d"]', '/fields/note'],
  ['a byte of NUL', [0x22, 0, 0x22]],
  ['a byte that is no UTF-8', [0x22, 0xFF, 0x22]],
  ['a character cut in two', [0x22, 0xE4, 0xB8, 0x22]],
  ['an emoji as CESU-8', [0x22, 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80, 0x22]],
  ['a line break as it is', '"一\n二"'],
  ['an unknown escape', '"\\x41"'],
  ['a cut escape', '"\\u12"'],
  ['a number above all numbers', '1e999'],
  ['an integer that loses its last digit', '9007199254740993'],
  ['a number with a zero too many', '007'],
  ['NaN', 'NaN'],
  ['Infinity', '-Infinity'],
  ['undefined', 'undefined'],
  ['a text in single quotes', "'x'"],
  ['nothing at all', ''],
  ['lists in lists', nested(40)],
  ['the same field twice', '"a","note":"b"'],
  ['a comment', '"a" /* b */'],
];

test('whatever a value holds, its operation alone is rejected, and the same answer comes again', async () => {
  for (const [what, bytes, pointer] of VALUES) {
    const texts = [JSON.stringify(operation()), spoilt(bytes), JSON.stringify(operation())];
    const first = expectJson(await send(batch(...texts)));
    const { outcomes } = first;
    assert.deepEqual(outcomes.map(({ outcome }) => outcome),
      ['applied', 'rejected', 'applied'], what);
    assert.equal(kind(outcomes[1]), 'malformed', what);
    if (pointer) assert.equal(outcomes[1].problem.pointer, pointer, what);
    assert.match(outcomes[1].problem.detail, /\p{Script=Han}/u, what);
    const again = expectJson(await send(batch(...texts)));
    assert.deepEqual(again.outcomes, outcomes.map((result) =>
      ({ id: result.id, outcome: 'duplicate', result })), what);
    assert.equal(again.receipt, first.receipt, what);
  }
});

test('what was rejected is at the desk as it came, as far as it is text', async () => {
  const [readable, broken] = [spoilt('"合成\\ud83d"'), spoilt('"合成\n"')];
  const { outcomes } = expectJson(await send(batch(readable, broken)));
  const [[newest]] = await stack.sql('SELECT MAX(id) FROM held_op');
  const { corrections } = expectJson(await request(
    `${stack.base}/planner/v1/corrections?state=open&after=${newest - 2}`,
    { token: world.tokenOf('reviewer', DISTRICT) }));
  const kept = outcomes.map(({ id }) => corrections.find(({ result }) => result.id === id));
  assert.deepEqual(kept.map(({ kind: why, state }) => [why, state]),
    [['rejected', 'open'], ['rejected', 'open']]);
  assert.equal(kept[0].operation.fields.note, '合成\ud83d');
  assert.equal(kept[1].operation.unreadable, broken.toString());
});

test('the receipt is over what the phone has, halves of emoji included', async () => {
  let chain = expectJson(await send(batch(JSON.stringify(operation())))).receipt;
  for (const note of ['合成\ud83d', '\udc00', '粘贴\u0000文字', '\ud83d😀\udfff', '\u0000\u0000']) {
    const poisoned = operation({ note });
    const { outcomes: [{ outcome }],
      receipt } = expectJson(await send(batch(JSON.stringify(poisoned))));
    chain = link(chain, poisoned, outcome);
    assert.equal(receipt, chain, JSON.stringify(note));
    const reordered = Object.fromEntries(Object.entries(poisoned).reverse());
    const [again] = expectJson(await send(batch(JSON.stringify(reordered)))).outcomes;
    assert.equal(again.outcome, 'duplicate', 'the order of members is no change');
    const [mended] = expectJson(
      await send(batch(JSON.stringify({ ...poisoned, fields: { note: 'x' } })))).outcomes;
    assert.equal(kind(mended), 'id-reused', 'what is mended is another operation');
  }
});

test('a poisoned operation fails its group, and what comes after it', async () => {
  for (const bytes of ['"\\ud83d"', '"\n"']) {
    const group = uuidv7();
    const poisoned = spoilt(bytes).toString().replace('{', `{"group":"${group}",`);
    const { id } = /"id":"(?<id>[^"]*)"/.exec(poisoned).groups;
    const { outcomes } = expectJson(await send(batch(poisoned,
      JSON.stringify(operation({ note: '合成' }, { group })),
      JSON.stringify(operation({ note: '合成' }, { after: id })))));
    assert.deepEqual(outcomes.map(kind),
      ['malformed', 'group-failed', 'dependency-rejected'], bytes);
  }
});

test('only what is no batch, or has no id to answer to, is refused as a whole', async () => {
  const good = JSON.stringify(operation());
  const cases = [
    [batch(good, '{"id":"x'), 400], [batch(good, '{"note":[}'), 400], [batch(good, ''), 400],
    [Buffer.from('{"operations":['), 400], [Buffer.from(`{"operations":[${good}]}x`), 400],
    [Buffer.from(`{"operations":[${good}],"operations":[]}`), 400],
    [batch(good, '{"counter":1,"fields":{"note":"\\ud83d"}}'), 422, '/operations/1/id'],
    [batch(spoilt('"\n"').toString().replace(/"counter":\d+/, '"counter":01')), 422,
      '/operations/0/counter'],
    [batch(good, '\u0000'), 422, '/operations/1'],
  ];
  for (const [body, status, pointer] of cases)
    expectProblem(await send(body), status, status === 400 ? 'malformed' : 'invalid',
      pointer ? { pointer } : {});
  assert.deepEqual(expectJson(await send(batch(good))).outcomes.map(({ outcome }) => outcome),
    ['applied'],
    'nothing of them took effect');
});
