// verify.js - the section 在浏览器中验算 of a draw's proof: fetches the bundle, has draw-check.mjs compute
// the draw again, says what came of it. Without it, the section says what else there is.

import { checkBundle } from './draw-check.mjs';
import { workers } from './draw-workers.mjs';

const BREATH_MS = 40;
const SHOWN_MAX = 50;
const section = document.getElementById('verify');

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// ---- what the section holds ----

const button = element('button', '开始验算', { type: 'button' });
// Read aloud at every change: so only the phases and the outcome stand here, the counting beside
// it.
const status = element('p', '', { role: 'status' });
const bar = element('progress', '', { 'aria-label': '验算进度' });
const count = element('p', '', { class: 'quiet', 'aria-hidden': 'true' });
const outcome = element('div', '');
bar.hidden = true;

// What the citizen noted or saved before the value existed: a digest, an address with it, or the
// file.
const digest = element('input', '',
  { id: 'kept-digest', type: 'text', autocomplete: 'off', spellcheck: 'false' });
const saved = element('input', '', { id: 'kept-file', type: 'file' });

function field(input, label) {
  const line = element('p', '');
  line.append(element('label', label, { for: input.id }), input);
  return line;
}
const kept = element('fieldset', '');
kept.append(element('legend', '您事先记下的公告（可不填）'),
  field(digest, '公告摘要，或扫码得到的网址：'), field(saved, '或保存的公告文件：'));

// null: nothing was given; undefined: what was given is no digest.
async function keptAnnouncement() {
  if (saved.files.length) return new Uint8Array(await saved.files[0].arrayBuffer());
  return digest.value.trim() === '' ? null : digest.value.toLowerCase().match(/[0-9a-f]{64}/)?.[0];
}

function say(text, state) {
  status.textContent = text;
  section.dataset.state = state;
}

// ---- fetching ----

async function download() {
  const response = await fetch(section.dataset.bundle);
  if (!response.ok) throw new Error(`${response.status}`);
  const chunks = [];
  let size = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    count.textContent = `已下载 ${(size / 1e6).toFixed(1)} MB`;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

// ---- progress ----

// The page stays alive: when it was busy for long enough, it gets its turn.
function progressOf(total) {
  let last = performance.now();
  return async ({ draw, lines }) => {
    if (performance.now() - last < BREATH_MS) return;
    bar.value = Math.min(lines, total);
    count.textContent = draw === null ? '正在核对检查组'
      : `正在计算抽取 ${draw}：${lines} / ${total} 行`;
    await new Promise((resolve) => { setTimeout(resolve); });
    last = performance.now();
  };
}

// ---- the outcome ----

// What is to be said of the inspectors.
function ofInspectors({ rosters, match }) {
  if (!rosters) return '这个批次没有承诺执法检查人员名单。';
  return match ? `检查组按公告的人员名单重新抽取，逐一相符；名单此后有 ${match.differences} 处差异，` +
    `因此未抽到的 ${match.displaced} 名。` : '执法检查人员名单与公告相符，检查组尚未抽取，或尚未公开。';
}

// What the bundle alone cannot show.
function ofTime(result) {
  if (!result.announced) return '';
  return result.kept ? '公告就是您事先记下的那一份。'
    : '您没有提供事先记下的公告摘要，因此这里不能判断公告是否早于公共随机值就已公布。';
}

function showSound(result, seconds) {
  const { draws, isVoid } = result;
  const sum = (name) => draws.reduce((all, draw) => all + draw[name], 0);
  say(`验算通过：公告、公共随机值、种子、${draws.length} 份名录快照（${sum('lines')} 行）和全部结果（抽中 ` +
    `${sum('selected')}，备选 ${sum('reserves')}）逐一相符。` +
    (isVoid ? '这个批次已作废，以上是它本来会抽中的。' : ofInspectors(result)) + ofTime(result) +
    `用时 ${seconds} 秒。`, 'sound');
}

function showFaults({ findings, findingCount }, seconds) {
  say(`验算不通过：共 ${findingCount} 处不符，列在下面。用时 ${seconds} 秒。`, 'unsound');
  const list = element('ol', '');
  for (const { file, where, problem } of findings.slice(0, SHOWN_MAX)) {
    const item = element('li', '');
    if (file) item.append(element('code', file), '：');
    if (where) item.append(element('code', where), '：');
    item.append(problem);
    list.append(item);
  }
  outcome.append(list);
  if (findingCount > SHOWN_MAX) outcome.append(element('p', `只列出前 ${SHOWN_MAX} 处。`));
}

async function verify() {
  const { lines, announcement, seed } = section.dataset;
  const noted = await keptAnnouncement();
  outcome.replaceChildren();
  if (noted === undefined) return say('您填写的不是公告摘要：应含 64 位十六进制数。', 'failed');
  say('正在下载公示包……', 'busy');
  bar.removeAttribute('value');
  bar.max = Math.max(Number(lines), 1);
  const bytes = await download();
  say('正在验算……', 'busy');
  const begin = performance.now();
  const result = await checkBundle(bytes, { workers, progress: progressOf(bar.max),
    published: { announcement, seed: seed || null }, kept: noted });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  if (result.findingCount) showFaults(result, seconds);
  else showSound(result, seconds);
  return null;
}

async function start() {
  // Not disabled: that would take the focus from whoever pressed it by the keyboard.
  if (section.dataset.state === 'busy') return;
  button.setAttribute('aria-disabled', 'true');
  bar.hidden = false;
  try {
    await verify();
  } catch (error) {
    console.info(error);
    say('没有得出结论：公示包下载失败，或浏览器内存不足。请稍后再试，或用下一节的方法验算。', 'failed');
  }
  bar.hidden = true;
  count.textContent = '';
  button.removeAttribute('aria-disabled');
  button.textContent = '再验算一次';
}

section.querySelector('.without').remove();
button.addEventListener('click', start);
section.append(kept, button, bar, count, status, outcome);
