// The core of the inspector's app (mobile-api/app/src/core): held to the vectors of the protocol,
// and on a real stack from the code of an enrolment to the receipt.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { answerFault, canonical, checksum, digestOf, enrolmentOf, isFinal, link, missing, review,
  shown } from '../../mobile-api/app/dist-core/core.mjs';
import { digest, newClient } from '../support/app-phone.mjs';
import { expectJson } from '../support/http.mjs';
import { photo } from '../support/phone/photo.mjs';
import * as network from '../support/phone/wire.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

const vectors = (name) => JSON.parse(readFileSync(
  new URL(`../support/${name}-vectors.json`, import.meta.url), 'utf8'));
const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();

describe('the vectors', () => {
  const { answers, reviews } = vectors('checklist');
  const sync = vectors('sync');

  test('a value is an answer in one form only', () => {
    for (const { question, cases } of answers)
      for (const [value, expected] of cases)
        assert.equal(answerFault(question, value), expected, `${question.type} ${value}`);
  });

  test('a review says how each question stands', () => {
    for (const { checklist, cases } of reviews)
      for (const { why, answers: given, states } of cases)
        assert.deepEqual(review(checklist, given), states, why);
  });

  test('canonical forms, digests, receipts and checksums are the server\'s', async () => {
    for (const [text, form] of sync.canonical) assert.equal(canonical(JSON.parse(text)), form);
    for (const [text, sum] of sync.operations)
      assert.equal(await digestOf(digest, JSON.parse(text)), sum);
    for (const { before: from, operation, outcome, after: to } of sync.receipts)
      assert.equal(await link(digest, from, JSON.parse(operation), outcome), to);
    for (const feed of sync.feeds) assert.equal(await checksum(digest, feed.items), feed.checksum);
  });

  test('only what the office shows is an enrolment, and only over TLS', () => {
    assert.deepEqual(enrolmentOf('liancha:enrol?code=ab-1&server=https://gov.example/liancha/'),
      { code: 'ab-1', server: 'https://gov.example/liancha' });
    for (const text of ['', 'https://gov.example/', 'liancha:enrol?code=a',
      'liancha:enrol?code=a&server=http://gov.example/liancha',
      'liancha:enrol?code=a&server=javascript:alert(1)',
      'liancha:enrol?code=a&server=https://u@gov.example/'])
      assert.equal(enrolmentOf(text), undefined, text);
  });
});

describe('on a real stack', () => {
  let stack;
  let work;

  before(async () => {
    stack = await startStack({ own: true }); // signs sections
    work = new Fieldwork(stack, await seed(stack));
  });
  after(() => stack.stop());

  // As the office issues it: by a planner of the inspector's department.
  async function enrolled(card, options) {
    const client = newClient({ base: stack.base, ...options });
    const planner = await stack.office.role(card.split('-')[1], 'planner');
    const { code } = expectJson(await planner.post(`/planner/v1/inspectors/${card}/enrolments`),
      201);
    await client.enrol(code, '合成手机');
    return client;
  }

  const attach = async (client, section_id, bytes, about) => {
    const sha256 = await client.digest(bytes);
    client.kept.set(sha256, bytes);
    client.attach(sha256, { type: 'image/png', size: bytes.length }, { section_id, ...about });
    return sha256;
  };

  const say = (client, section) => missing(client.state, section).map(({ what }) => what);

  // All that a section lacks, as its screen would record it.
  function complete(client, { section, inspectors, visit }) {
    const { door_code } = client.state.items('visit').find(({ body }) => body.code === visit.code)
      .body;
    for (const { card_no } of inspectors)
      client.record('attendance', undefined, { section_id: section, card_no, event: 'arrived',
        at: ago(50), how: 'typed', door_code });
    client.record('section', section, { arrived_at: ago(50), left_at: ago(5) });
    for (const { id, checklist } of shown.checksOf(client.state, section)) {
      const fields = work.answers({ checklistOf: () => client.state.item('checklist',
        checklist?.id)?.body.checklist }, { id, body: { checklist } });
      client.record('check_result', id, { result_code: '1', ...fields });
    }
  }

  test('what a section lacks is named until nothing is, and the server then takes the signature', async () => {
    const part = work.take(DISTRICT);
    const client = await enrolled(part.inspectors[0].card_no);
    await client.pull();
    assert.deepEqual([...new Set(say(client, part.section))].sort(),
      ['arrived_at', 'inspectors', 'result_code']);
    complete(client, part);
    assert.deepEqual(say(client, part.section), []);
    await attach(client, part.section, photo('app'), { taken_at: ago(30) });
    client.record('section_sign', part.section, {});
    assert.equal(shown.section(client.state, part.section).signing, true);
    const tally = await client.sync();
    assert.deepEqual(Object.keys(tally), ['applied'], JSON.stringify(tally));
    const { state, signing } = shown.section(client.state, part.section);
    assert.deepEqual([state, signing], ['signed', false]);
    assert.deepEqual(shown.appended(client.state, 'evidence', part.section)
      .map(({ verified, waiting }) => [verified, waiting]), [[true, false]]);
    assert.ok([...client.state.entries.values()].every(isFinal));
    assert.equal(client.state.meta.receipt.differs, undefined);
    assert.deepEqual(await client.selfCheck(), []);
  });

  test('what was recorded without a network is shown, survives the program, and arrives once', async () => {
    const part = work.take(DISTRICT);
    let gone = true;
    let lost = 0;
    const wire = { ...network, pause: async () => {}, async ask(url, options) {
      if (gone) throw new network.Offline(url);
      const reply = await network.ask(url, options);
      if (url.endsWith('/push') && lost-- > 0)
        throw Object.assign(new Error('the reply is lost'), { code: 'ECONNRESET' });
      return reply;
    } };
    gone = false;
    const first = await enrolled(part.inspectors[0].card_no, { wire });
    await first.pull();
    gone = true;
    const [{ id }] = shown.checksOf(first.state, part.section);
    first.record('check_result', id, { result_code: 'E', problem: '合成问题' });
    first.record('check_result', id, { problem: '合成问题，已补充' });
    const sha256 = await attach(first, part.section, Buffer.alloc(2500000, 7),
      { taken_at: ago(30), check_result_id: id });
    await assert.rejects(first.sync(), { code: 'EOFFLINE' });
    const { store, vault, kept: files } = first;
    const second = newClient({ base: stack.base, store, vault, files, wire });
    assert.equal(shown.check(second.state, id).problem, '合成问题，已补充');
    assert.equal(second.state.waiting().length, 2);
    gone = false;
    lost = 2;
    await second.sync();
    assert.equal(second.state.item('check_result', id).body.problem, '合成问题，已补充');
    assert.equal(second.state.meta.receipt.differs, undefined);
    assert.equal(second.progress.get(sha256), 2500000);
    const [file] = second.state.items('evidence').filter(({ body }) => body.sha256 === sha256);
    assert.equal(file.body.verified, true);
  });

  test('a page of somebody in between is a broken line: nothing leaves the queue', async () => {
    const part = work.take(DISTRICT);
    let portal = null;
    const wire = { ...network, pause: async () => {},
      ask: (url, options) => (portal ? Promise.resolve(portal) : network.ask(url, options)) };
    const client = await enrolled(part.inspectors[0].card_no, { wire });
    await client.pull();
    client.record('section', part.section, { note: '合成备注' });
    const html = { 'content-type': 'text/html' };
    for (const [status, headers, text] of [[200, html, '<html>'], [302, {}, ''], [401, html, ''],
      [403, html, ''], [502, html, ''], [200, { 'content-type': 'application/json' }, '{"outco']]) {
      portal = { status, headers, text };
      await assert.rejects(client.sync(), undefined, String(status));
      assert.equal(client.state.waiting().length, 1, String(status));
      assert.equal(client.state.meta.standing, 'good', String(status));
    }
    portal = null;
    assert.deepEqual(await client.push(), { applied: 1 });
  });

  test('of a batch that is refused, the one operation that spoils it is set aside', async () => {
    const part = work.take(DISTRICT);
    const client = await enrolled(part.inspectors[0].card_no);
    await client.pull();
    const base = { entity: 'section', entity_id: part.section, base_version: 0 };
    client.record('section', part.section, { note: '合成备注' });
    client.state.record({ ...base, id: 'no id at all', counter: 2, fields: { note: '坏' } }, 0);
    client.record('check_result', shown.checksOf(client.state, part.section)[0].id,
      { problem: '合成问题' });
    assert.deepEqual(await client.push(), { applied: 2 });
    assert.deepEqual(shown.troubled(client.state).map(({ operation }) => operation.id),
      ['no id at all']);
  });

  test('a device that was reported lost keeps nothing, a retired one hands over before', async () => {
    const part = work.take(DISTRICT);
    const card = part.inspectors[0].card_no;
    const planner = await stack.office.role(DISTRICT, 'planner');
    for (const state of ['retired', 'lost']) {
      const client = await enrolled(card);
      await client.pull();
      client.record('section', part.section, { note: `合成：${state}` });
      const device = client.state.meta.device;
      const res = await planner.post(`/planner/v1/devices/${device}/revocation`, { state });
      assert.ok(res.status < 300, res.text);
      await assert.rejects(client.sync(), { name: 'Error' });
      assert.deepEqual([client.state.meta.device, client.state.feeds.size,
        client.store.rows.size], [null, 0, 0], state);
      const [[taken]] = await stack.sql(`SELECT COUNT(*) FROM sync_op WHERE device_id = ${device}`);
      assert.equal(taken, state === 'retired' ? '1' : '0');
    }
  });
});
