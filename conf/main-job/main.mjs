// main.mjs - the main job: from the 2023 task tables to delivered results, through the product's
// own programs and HTTP APIs only. conf/demo starts it beside the services of conf/services.sh.
//
// Every step looks at what is there and does what is missing, so a further start continues on the
// same data. Exit 0 only when every check held; 1 with the first that did not.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '../../tests/support/http.mjs';
import { setUp } from './accounts.mjs';
import { CheckFailed, Console } from './console.mjs';
import { drawCampaign } from './draws.mjs';
import { doFieldwork } from './fieldwork.mjs';
import { Office, SecretFile } from './office.mjs';
import { importDirectory, importTables } from './plans.mjs';
import { publish } from './publishing.mjs';
import { planVisits } from './visits.mjs';
import { loadWorld, today } from './world.mjs';

function setting(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`main.mjs: ${name} is not set; conf/demo starts this program`);
  return process.exit(2);
}

const VAR = setting('LIANCHA_VAR');
const ORIGIN = setting('LIANCHA_BASE_URL');
const FOLDER = join(VAR, 'main-job');

// Each address answers, the pages in Chinese.
async function printAddresses(report, office, campaign) {
  report.begin('地址');
  const addresses = { 办公平台: '/console/', 公示页面: '/public/',
    抽取的证明: `/public/draws/${campaign.code}`,
    计划接口: '/planner/v1/health' };
  for (const [name, path] of Object.entries(addresses)) {
    const { status, text } = await request(office.base + path);
    report.same(status, 200, `${name}的应答`);
    report.check(path.startsWith('/planner') || text.includes('lang="zh-CN"'), `${name}不是中文网页`);
    report.note(`${name}：${office.base}${path}`);
  }
  report.note(`账户和口令：${join(VAR, 'demo-accounts.json')}`);
  report.end(process.env.LIANCHA_ONCE ? '演示结束' : '服务继续运行，按 Ctrl-C 停止');
}

async function run(report, office) {
  const world = { ...loadWorld(FOLDER), today: today() };
  const context = { office, report, world };
  await setUp(context);
  await importTables(context);
  await importDirectory(context);
  const drawn = await drawCampaign({ ...context, folder: FOLDER, beacon: join(VAR, 'platform') });
  const visits = await planVisits({ ...context, drawn, folder: FOLDER });
  const recorded = await doFieldwork({ ...context, visits, folder: join(FOLDER, 'phones') });
  await publish({ ...context, drawn, recorded, platform: {
    origin: `https://127.0.0.1:${setting('LIANCHA_PLATFORM_PORT')}`,
    ca: join(VAR, 'platform/ca.pem') } });
  await printAddresses(report, office, drawn.campaign);
  report.close();
}

mkdirSync(FOLDER, { recursive: true });
const report = new Console({ steps: 8 });
const office = new Office({ bin: setting('LIANCHA_BIN'), config: setting('LIANCHA_CONFIG'),
  origin: ORIGIN, secrets: new SecretFile(join(VAR, 'demo-accounts.json')) });
try {
  await run(report, office);
} catch (error) {
  const where = report.interrupt();
  console.error(error instanceof CheckFailed ? `${where} 核对不符：${error.message}`
    : `${where} 失败：${error.stack ?? error}`);
  process.exitCode = 1;
} finally {
  office.close();
}
