// roster-check.mjs - the rosters of a bundle: whom the matching may draw from, bound by the secret. The
// findings are those of `lianchactl draw verify`.

import { digestHex } from './sha256.mjs';

const DOCUMENT = 'draw.json';
const encoder = new TextEncoder();

async function makesSecret({ nonce, secret }, digests) {
  return await digestHex(encoder.encode([nonce, ...digests].join('|'))) === secret;
}

// Each roster against its stated digest, and the stated digests against the secret.
async function checkDigests(report, files, doc, draws) {
  const names = draws.map(({ id }) => `roster-${id}.txt`);
  const stated = draws.map(({ rosterSha256 }) => rosterSha256);
  const found = [];
  for (const name of names) {
    if (!files.has(name)) report.note(name, '', '公示包中没有这个文件');
    found.push(files.has(name) ? await digestHex(files.get(name)) : null);
  }
  const fromFound = !found.includes(null) && await makesSecret(doc, found);
  for (const [i, hex] of found.entries()) {
    if (hex === null || hex === stated[i]) continue;
    if (fromFound)
      report.note(DOCUMENT, `/draws/${i}/roster_sha256`,
        `秘密值由名单的摘要 ${hex} 合成：被改动的是公示的摘要`);
    else report.note(names[i], '', `人员名单不是承诺的那一份：摘要是 ${hex}，承诺的是 ${stated[i]}`);
  }
  if (!doc.committed || await makesSecret(doc, stated)) return; // another secret is named elsewhere
  if (found.some((hex, i) => hex !== stated[i]))
    report.note(DOCUMENT, '/nonce', '秘密值不是由随机数和公示的人员名单摘要合成的');
  else if (names.length === 1)
    report.note(names[0], '', '人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值');
  else report.note('roster-*.txt', '',
    '至少一份人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值');
}

// doc: nonce or null, the secret, whether that is the one committed to. Whether the campaign commits to rosters; one that was committed before there were any does not.
export async function checkRosters(report, files, doc, draws) {
  const n = draws.filter(({ rosterSha256 }) => rosterSha256 !== null).length;
  const committed = n === draws.length && doc.nonce !== null;
  if (committed) await checkDigests(report, files, doc, draws);
  else if (n > 0 || doc.nonce !== null)
    report.note(DOCUMENT, '/nonce', '随机数和各次抽取的人员名单摘要须一同公示');
  return committed;
}
