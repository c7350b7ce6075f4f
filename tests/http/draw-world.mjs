// draw-world.mjs - campaigns over the directories of world.mjs, and the draw as a stranger computes it
// from the published bundle, by the words of fcgi/public/README.md.

import { createHash } from 'node:crypto';
import { untar } from '../../conf/main-job/bundle.mjs';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { request } from '../support/http.mjs';
import { HOME, MARKET } from './world.mjs';

const DAY = today().replaceAll('-', '');
const REGION = '410402';
const SHAPES = {
  [HOME]: { directory: 'T-health', specialty: 'medical' },
  [MARKET]: { directory: 'T-market', specialty: 'food_service' },
};
const pad = (n) => String(n).padStart(3, '0');

export const VALUE = { value: "彩票 07 11 23 'x'", source: '测试来源', witnesses: '测试见证人' };
export const STEPS = ['freeze', 'commit', 'public-value', 'draw', 'reveal'];

export class DrawWorld {
  #next;

  // first: where the serial numbers of this file's plans and campaigns begin.
  constructor(stack, first) {
    this.stack = stack;
    this.#next = first;
  }

  planner(department) { return this.stack.office.role(department, 'planner'); }

  async plan(department, { count = 4, file = true } = {}) {
    const { directory, specialty } = SHAPES[department];
    const code = `410400${DAY.slice(0, 4)}8${pad(this.#next++)}`;
    const planner = await this.planner(department);
    await post(planner, '/planner/v1/plans', { code, directory, name: `抽取测试 ${code}`,
      ends_on: '2030-12-31', quotas: [{ region: REGION, specialty, count }] });
    if (file) await post(planner, `/planner/v1/plans/${code}/file`);
    return code;
  }

  // A campaign of one plan of each department, initiated by the first.
  async campaign(departments = [HOME, MARKET]) {
    const plans = [];
    for (const department of departments) plans.push(await this.plan(department));
    return this.campaignOf(plans);
  }

  async campaignOf(plans, more = {}) {
    const code = `C410400${DAY}8${pad(this.#next++)}`;
    return post(await this.planner(HOME), '/planner/v1/campaigns',
      { code, name: '抽取测试', region: '410400', plans, ...more });
  }

  // One step of a campaign, by its planners; the replies.
  async step(campaign, step, client) {
    if (step === 'freeze') {
      const replies = [];
      for (const { code, department } of campaign.draws)
        replies.push(await (client ?? await this.planner(department))
          .post(`/planner/v1/draws/${code}/freeze`, {}));
      return replies;
    }
    const body = { 'public-value': VALUE, abandon: { reason: '测试作废' } }[step] ?? {};
    return [await (client ?? await this.planner(HOME))
      .post(`/planner/v1/campaigns/${campaign.code}/${step}`, body)];
  }

  // Up to and with that step.
  async advance(campaign, last) {
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) await this.advanceBy(campaign, step);
    return campaign;
  }

  async advanceBy(campaign, step) {
    for (const res of await this.step(campaign, step))
      if (res.status !== 200) throw new Error(`${step}: ${res.status} ${res.text}`);
  }

  async bundle(campaign) {
    const res = await request(`${this.stack.base}/public/draws/${campaign.code}/bundle.tar`);
    if (res.status !== 200) throw new Error(`bundle: ${res.status}`);
    return res.body;
  }
}

const hasher = (name) => (text) => createHash(name).update(text).digest('hex');
const RULES = { 'liancha-draw/1': hasher('sha256'), 'liancha-draw/1-sm3': hasher('sm3') };

// What follows the draw of the objects; matching.test.mjs replays it.
export const MATCH_FILES = ['inspectors.txt', 'visits.txt', 'teams.txt', 'differences.txt',
  'adjustments.txt', 'substitutes.txt'];

// What the bundle's own rule says of it: a line for each thing that is not as it should be.
export function strangersCheck(bytes) {
  const files = untar(bytes);
  const doc = JSON.parse(files.get('draw.json').toString('utf8'));
  const hash = RULES[doc.rule];
  const rosters = doc.draws.every((draw) => draw.roster_sha256) && doc.nonce !== null;
  const known = ['draw.json', ...doc.draws.flatMap(({ draw }) =>
    ['snapshot', 'blocks', 'result', ...rosters ? ['roster'] : []].map((kind) => `${kind}-${draw}.txt`))];
  const wrong = [...files.keys()]
    .filter((name) => !known.includes(name) && !MATCH_FILES.includes(name))
    .map((name) => `extra ${name}`);
  const missing = known.filter((name) => !files.has(name)).map((name) => `missing ${name}`);
  if (missing.length) return [...wrong, ...missing];
  const { committed, valued, drawn, revealed } = doc.times;
  if (!(committed <= valued && valued <= drawn && drawn <= revealed)) wrong.push('times');
  const order = doc.draws.map(({ draw }) => draw);
  if (order.join() !== [...order].sort().join()) wrong.push('order of draws');
  if (hash(doc.secret) !== doc.secret_hash) wrong.push('commitment and secret');
  if (rosters) wrong.push(...strangersRosters(files, doc, hash));
  const seed = hash([doc.secret, doc.public_value,
    ...doc.draws.map((draw) => draw.snapshot_sha256)].join('|'));
  if (seed !== doc.seed) wrong.push('seed');
  for (const draw of doc.draws) wrong.push(...strangersDraw(files, draw, hash, [seed, doc.seed]));
  return wrong;
}

function strangersRosters(files, { nonce, secret, draws }, hash) {
  const wrong = draws.filter(({ draw, roster_sha256: stated }) =>
    hash(files.get(`roster-${draw}.txt`)) !== stated).map(({ draw }) => `roster-${draw}.txt`);
  const digests = draws.map((draw) => draw.roster_sha256);
  return hash([nonce, ...digests].join('|')) === secret ? wrong : [...wrong, 'rosters and secret'];
}

function strangersDraw(files, { draw, snapshot_sha256: sha256, quotas }, hash, seeds) {
  const snapshot = files.get(`snapshot-${draw}.txt`);
  const wrong = [];
  const blocks = files.get(`blocks-${draw}.txt`).toString('latin1').split('\n').slice(0, -1);
  for (let at = 0; at < Math.max(snapshot.length, blocks.length * 4096); at += 4096) {
    const block = snapshot.subarray(at, at + 4096);
    const line = [String(at).padStart(10, '0'), String(block.length).padStart(4, '0'), hash(block)];
    if (blocks[at / 4096] !== line.join('\t')) wrong.push(`block ${at} of ${draw}`);
  }
  if (hash(snapshot) !== sha256) return [`snapshot-${draw}.txt`, ...wrong];
  const results = seeds.map((seed) => strangersResult(snapshot, quotas, hash, seed));
  const published = files.get(`result-${draw}.txt`).toString('utf8').split('\n');
  if (!results.some((lines) => lines.join('\n') === published.join('\n'))) {
    const at = published.findIndex((line, i) => line !== results[0][i]);
    wrong.push(`result-${draw}.txt line ${at + 1}`);
  } else if (results[0].join('\n') !== published.join('\n')) wrong.push('results follow the stated seed');
  return wrong;
}

function strangersResult(snapshot, quotas, hash, seed) {
  const strata = new Map();
  for (const line of snapshot.toString('utf8').split('\n').slice(1, -1)) {
    const [subject, stratum, weight] = line.split('\t');
    const tickets = Array.from({ length: Number(weight) }, (_, j) =>
      hash(`${seed}|${subject}|${j + 1}`));
    if (!strata.has(stratum)) strata.set(stratum, []);
    if (tickets.length) strata.get(stratum).push([tickets.sort()[0], subject]);
  }
  return [...strata.keys()].sort().flatMap((stratum) => strata.get(stratum).sort()
    .slice(0, 2 * quotas[stratum]).map(([score, subject], i) =>
      [stratum, i + 1, subject, i < quotas[stratum] ? 'selected' : 'reserve', score].join('\t')))
    .concat('');
}
