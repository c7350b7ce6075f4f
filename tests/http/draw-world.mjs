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
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
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
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1))
      for (const res of await this.step(campaign, step))
        if (res.status !== 200) throw new Error(`${step}: ${res.status} ${res.text}`);
    return campaign;
  }

  async bundle(campaign) {
    const res = await request(`${this.stack.base}/public/draws/${campaign.code}/bundle.tar`);
    if (res.status !== 200) throw new Error(`bundle: ${res.status}`);
    return res.body;
  }
}

// What the bundle's own rule says of it: the files that are not as they should be.
export function strangersCheck(bytes) {
  const files = untar(bytes);
  const doc = JSON.parse(files.get('draw.json').toString('utf8'));
  const wrong = [];
  if (sha256(doc.secret) !== doc.secret_hash) wrong.push('secret_hash');
  const seed = sha256([doc.secret, doc.public_value,
    ...doc.draws.map((draw) => draw.snapshot_sha256)].join('|'));
  if (seed !== doc.seed) wrong.push('seed');
  for (const { draw, snapshot_sha256, quotas } of doc.draws) {
    const snapshot = files.get(`snapshot-${draw}.txt`);
    if (sha256(snapshot) !== snapshot_sha256) wrong.push(`snapshot-${draw}.txt`);
    const strata = new Map();
    for (const line of snapshot.toString('utf8').split('\n').slice(1, -1)) {
      const [subject, stratum, weight] = line.split('\t');
      const tickets = Array.from({ length: Number(weight) }, (_, j) =>
        sha256(`${seed}|${subject}|${j + 1}`));
      if (!strata.has(stratum)) strata.set(stratum, []);
      if (tickets.length) strata.get(stratum).push([tickets.sort()[0], subject]);
    }
    const lines = [...strata.keys()].sort().flatMap((stratum) => strata.get(stratum).sort()
      .slice(0, 2 * quotas[stratum]).map(([score, subject], i) =>
        `${stratum}\t${i + 1}\t${subject}\t${i < quotas[stratum] ? 'selected' : 'reserve'}\t${score}\n`));
    if (lines.join('') !== files.get(`result-${draw}.txt`).toString('utf8'))
      wrong.push(`result-${draw}.txt`);
  }
  return wrong;
}

// The bundle with one file changed by fn (bytes -> bytes of any length, or null to leave it out).
export function rebundle(bytes, name, fn) {
  const blocks = [];
  const text = (at, size) => bytes.subarray(at, at + size).toString('utf8').replace(/\0.*$/s, '');
  for (let at = 0; bytes[at] !== 0;) {
    const size = parseInt(text(at + 124, 12), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    if (text(at, 100) !== name) blocks.push(bytes.subarray(at, end));
    else {
      const changed = fn(Buffer.from(bytes.subarray(at + 512, at + 512 + size)));
      if (changed) blocks.push(header(bytes.subarray(at, at + 512), changed.length), changed,
        Buffer.alloc((512 - changed.length % 512) % 512));
    }
    at = end;
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(old, size) {
  const block = Buffer.from(old);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.fill(' ', 148, 156);
  const sum = block.reduce((a, b) => a + b, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
