// accounts.mjs - step 1: schema, reference data, departments, and the demo's accounts.
//
// lianchactl makes each department's administrator, who makes the department's other accounts
// through the API. Every password is random, printed once and kept in demo-accounts.json alone
// (mode 0600); an account whose password is not in that file gets a new one from lianchactl.

import { expectJson } from '../../tests/support/http.mjs';
import { get, loginOf, pool } from './office.mjs';

const HOME = 'H410400';
const ROLES = { administrator: '管理', planner: '计划', reviewer: '审核', publisher: '公示',
  auditor: '审计' };
// Two at once: argon2id is made to be slow.
const WIDTH = 2;

function accountsOf({ code, name }) {
  return Object.entries(ROLES)
    .filter(([role]) => role !== 'auditor' || code === HOME)
    .map(([role, title]) => ({ login: loginOf(code, role), name: `${name}（演示${title}）`,
      department: code, roles: [role] }));
}

async function newPassword(office, login) {
  const { out } = await office.ctl(['user', 'password', login]);
  return out.password;
}

async function addByCtl(office, { login, name, department, roles }) {
  const { code, out, err } = await office.ctl(['user', 'add', login, '--name', name,
    '--department', department, '--roles', roles.join(',')], { codes: [0, 1] });
  if (code === 0) return out.password;
  if (!err.includes('已存在')) throw new Error(`lianchactl user add ${login}：${err.trim()}`);
  return newPassword(office, login);
}

async function addByApi(office, account) {
  const administrator = await office.role(account.department, 'administrator');
  const res = await administrator.post('/planner/v1/accounts', account);
  return res.status === 409 ? newPassword(office, account.login) : expectJson(res, 201).password;
}

// The accounts of one department; returns the logins that are new.
async function makeAccounts(office, department) {
  const made = [];
  for (const account of accountsOf(department)) {
    if (office.knows(account.login)) continue;
    const add = account.roles[0] === 'administrator' ? addByCtl : addByApi;
    office.keep(account.login, await add(office, account));
    made.push(account.login);
  }
  return made;
}

// Everybody's session says who it is.
async function checkSessions(office, report, department) {
  for (const { login, department: code, roles } of accountsOf(department)) {
    const session = await get(await office.as(login), '/planner/v1/session');
    report.same({ login: session.login, department: session.department, roles: session.roles },
      { login, department: code, roles }, `账户 ${login}`);
  }
}

function printPasswords(office, report, departments, made) {
  report.note('演示账户的口令（随机生成，只显示这一次；另存于 demo-accounts.json，仅本人可读）。' +
    '登录名：部门编号.角色，如 h410400.planner');
  departments.forEach(({ code }, i) => {
    const words = made[i].map((login) =>
      `${login.split('.')[1]} ${office.secrets.data.accounts[login]}`);
    if (words.length > 0) report.note(`  ${code.toLowerCase()}  ${words.join('  ')}`);
  });
}

export async function setUp({ office, report, world }) {
  report.begin('结构、基础数据和账户');
  const { out: schema } = await office.ctl(['migrate', '--schema', world.schema]);
  const { out: rows } = await office.ctl(['load-reference', world.reference]);
  report.same(rows, world.referenceRows, '基础数据的行数');
  const made = await pool(world.departments, WIDTH, async (department, i) => {
    report.progress(`账户：第 ${i + 1}/${world.departments.length} 个部门`);
    return makeAccounts(office, department);
  });
  await pool(world.departments, WIDTH, (department) => checkSessions(office, report, department));
  const count = world.departments.flatMap(accountsOf).length;
  if (made.flat().length > 0) printPasswords(office, report, world.departments, made);
  report.end(`数据库结构第 ${schema.version} 版；行政区划 ${rows['regions.csv']}、专业 ` +
    `${rows['specialties.csv']}、结果代码 ${rows['result-codes.csv']}、节假日 ` +
    `${rows['holidays.csv']}、规则 ${rows['rules.csv']}、部门 ${rows['departments.csv']}；` +
    `账户 ${count}（新建 ${made.flat().length}）`);
}
