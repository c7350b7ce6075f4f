// Every page, one line each: path, title, roles (none: whoever is signed in), component; then the
// group of the menu that it stands in, or the page that it belongs to.

import { createRouter, createWebHistory, type RouteComponent, type RouteLocationNormalized,
  type RouteRecordRaw } from 'vue-router';
import { useSession } from './api/session';

type Load = () => Promise<RouteComponent>;
interface Of { menu?: string; parent?: string }
interface More extends Of { props?: RouteRecordRaw['props'] }

declare module 'vue-router' {
  interface RouteMeta extends Of { title: string; roles: string[]; open?: boolean }
}

const page = (path: string, title: string, roles: string[], component: Load, more: More = {}):
RouteRecordRaw => {
  const { props, ...of } = more;
  return { path, component, props: props ?? true, meta: { title, roles, ...of } } as RouteRecordRaw;
};

// A page that is one list and nothing else.
const list = (path: string, title: string, roles: string[], menu: string,
  props: Record<string, unknown>) =>
  page(path, title, roles, () => import('./list/ListPage.vue'), { menu, props });

// A page on which one record is made or changed.
const record = (path: string, title: string, parent: string,
  props: (params: Record<string, string>) => Record<string, unknown>) =>
  page(path, title, ['planner'], () => import('./pages/directory/RecordPage.vue'), { parent,
    props: ({ params }: RouteLocationNormalized) => props(params as Record<string, string>) });

// The groups of the menu, in this order.
export const GROUPS = ['工作台', '一单两库', '计划与抽查', '检查', '审核', '公示', '统计报表', '审计', '系统'];

const STAFF = ['planner', 'auditor'];
const OFFICE = ['reviewer', 'publisher', 'auditor'];
const DESK = ['planner', ...OFFICE];

export const PAGES: RouteRecordRaw[] = [
  // 工作台
  page('/', '工作台', [], () => import('./pages/workbench/WorkbenchPage.vue'), { menu: '工作台' }),

  // 一单两库
  page('/directories', '检查对象名录', STAFF, () => import('./pages/directory/DirectoriesPage.vue'),
    { menu: '一单两库' }),
  page('/directories/:code', '检查对象', STAFF, () => import('./pages/directory/SubjectsPage.vue'),
    { parent: '/directories' }),
  record('/directories/:code/subjects/:subject', '修改检查对象', '/directories',
    ({ code, subject }) => ({ kind: 'subject', id: subject, path: { code, subject },
      back: `/directories/${code}` })),
  page('/subjects/:code', '检查对象', ['planner', 'reviewer', 'publisher', 'auditor'],
    () => import('./pages/directory/SubjectPage.vue'), { parent: '/directories' }),
  page('/inspectors', '执法检查人员', [...STAFF, 'administrator'],
    () => import('./pages/directory/InspectorsPage.vue'), { menu: '一单两库' }),
  page('/inspectors/:card', '执法检查人员', [...STAFF, 'administrator'],
    () => import('./pages/directory/InspectorPage.vue'), { parent: '/inspectors' }),
  record('/inspectors/:card/edit', '修改执法检查人员', '/inspectors', ({ card }) =>
    ({ kind: 'inspector', id: card, path: { card_no: card }, back: `/inspectors/${card}` })),
  page('/items', '抽查事项', [], () => import('./pages/directory/ItemsPage.vue'),
    { menu: '一单两库' }),
  page('/items/:code', '抽查事项', [], () => import('./pages/directory/ItemPage.vue'),
    { parent: '/items' }),
  record('/items/:code/edit', '修改抽查事项', '/items', ({ code }) =>
    ({ kind: 'item', id: code, path: { code }, back: `/items/${code}` })),
  page('/checklists', '检查表', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/directory/ChecklistsPage.vue'), { menu: '一单两库' }),
  page('/checklists/:item/:version', '检查表', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/directory/ChecklistPage.vue'), { parent: '/checklists' }),
  list('/recusals', '回避', [...STAFF, 'inspector'], '一单两库', { list: 'recusal.list', sort: '-id',
    show: ['inspector_name', 'inspector', 'subject_name', 'reason', 'declared_by',
      'declared_at'] }),
  page('/proposals', '资料建议', STAFF, () => import('./pages/directory/ProposalsPage.vue'),
    { menu: '一单两库' }),
  page('/imports', '导入', STAFF, () => import('./pages/directory/ImportsPage.vue'),
    { menu: '一单两库' }),
  page('/imports/:id', '导入结果', STAFF, () => import('./pages/directory/ImportReportPage.vue'),
    { parent: '/imports' }),
  page('/import', '导入文件', ['planner'], () => import('./pages/directory/ImportPage.vue'),
    { parent: '/imports' }),
  list('/departments', '部门', [], '一单两库', { list: 'department.list',
    show: ['name', 'code', 'kind', 'region_name', 'level', 'specialty_names'] }),
  list('/specialties', '专业', [], '一单两库', { list: 'specialty.list', sort: 'position',
    show: ['name', 'code', 'department_kind', 'protected'] }),
  list('/regions', '行政区划', [], '一单两库', { list: 'region.list' }),
  list('/rules', '规则参数', [], '一单两库', { list: 'rule.list', sort: 'name',
    show: ['name', 'region', 'value', 'effective_from', 'source'] }),
  list('/calendar', '节假日安排', [], '一单两库', { list: 'calendar.list', sort: '-day' }),
  list('/result-codes', '检查结果代码', [], '一单两库', { list: 'result-code.list' }),

  // 计划与抽查
  page('/plans', '抽查计划', STAFF, () => import('./pages/plan/PlanListPage.vue'),
    { menu: '计划与抽查' }),
  page('/plans/new', '新建计划', ['planner'], () => import('./pages/plan/PlanNewPage.vue'),
    { parent: '/plans' }),
  page('/plans/:code', '计划', STAFF, () => import('./pages/plan/PlanPage.vue'),
    { parent: '/plans' }),
  page('/campaigns', '联合抽查', STAFF, () => import('./pages/draw/CampaignListPage.vue'),
    { menu: '计划与抽查' }),
  page('/campaigns/new', '发起联合抽查', ['planner'],
    () => import('./pages/draw/CampaignNewPage.vue'), { parent: '/campaigns' }),
  page('/campaigns/:code', '联合抽查的进度', STAFF,
    () => import('./pages/draw/CampaignPage.vue'), { parent: '/campaigns' }),

  // 检查
  page('/visits', '检查日历', DESK, () => import('./pages/visit/CalendarPage.vue'), { menu: '检查' }),
  page('/joint', '统筹排期', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/visit/JointPage.vue'), { menu: '检查' }),
  page('/clues', '线索', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/visit/CluesPage.vue'), { menu: '检查' }),
  page('/clues/:id', '线索', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/visit/CluePage.vue'), { parent: '/clues' }),
  page('/campaigns/:code/visits', '入企检查', DESK, () => import('./pages/visit/VisitsPage.vue'),
    { parent: '/campaigns' }),
  page('/campaigns/:code/adjustments', '检查人员调整', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/visit/AdjustmentsPage.vue'), { parent: '/campaigns' }),
  page('/draws/:code/substitute-requests', '替换检查对象', ['planner', 'reviewer', 'auditor'],
    () => import('./pages/visit/SubstitutesPage.vue'), { parent: '/campaigns' }),
  page('/visits/:code', '入企检查', DESK, () => import('./pages/visit/VisitPage.vue'),
    { parent: '/campaigns' }),
  page('/visits/:code/notice', '检查通知书', ['planner'],
    () => import('./pages/visit/NoticePage.vue'), { parent: '/campaigns' }),

  page('/campaigns/:code/ratings', '企业评价', DESK, () => import('./list/ListPage.vue'),
    { parent: '/campaigns', props: ({ params: { code } }: RouteLocationNormalized) =>
      ({ list: 'rating.sums', path: { code }, title: `${String(code)} 的企业评价`,
        note: '企业凭通知书的二维码作出的评价的平均分，满五份才显示，以后每满五份更新一次。',
        show: ['department_name', 'ratings', 'lawful', 'burden', 'conduct', 'guidance'] }) }),

  // 审核
  page('/sections', '部门检查单', OFFICE, () => import('./pages/review/SectionsPage.vue'),
    { menu: '审核' }),
  page('/sections/:id', '检查单', OFFICE, () => import('./pages/review/SectionPage.vue'),
    { parent: '/sections' }),
  page('/code-alerts', '未见检查码', OFFICE,
    () => import('./pages/review/CodeAlertsPage.vue'), { menu: '审核' }),
  page('/corrections', '更正', ['reviewer', 'auditor'],
    () => import('./pages/review/CorrectionsPage.vue'), { menu: '审核' }),
  page('/disposals', '后续处置', OFFICE,
    () => import('./pages/review/DisposalsPage.vue'), { menu: '审核' }),
  list('/penalties', '行政处罚', OFFICE, '审核', { list: 'penalty.list', sort: '-id',
    show: ['id', 'subject_name', 'decision_no', 'act_type', 'content', 'authority',
      'decided_on'] }),

  // 公示
  page('/publications', '公示事项', OFFICE, () => import('./pages/publish/PublicationsPage.vue'),
    { menu: '公示' }),
  page('/publications/:id', '公示事项', ['publisher'],
    () => import('./pages/publish/PublicationPage.vue'), { parent: '/publications' }),
  page('/objections', '异议', OFFICE, () => import('./pages/publish/ObjectionsPage.vue'),
    { menu: '公示' }),
  page('/objections/:id', '异议', ['reviewer', 'publisher'],
    () => import('./pages/publish/ObjectionPage.vue'), { parent: '/objections' }),
  page('/deliveries', '报送', OFFICE, () => import('./pages/publish/DeliveriesPage.vue'),
    { menu: '公示' }),
  list('/delivery-differences', '报送差异月报', OFFICE, '公示', { list: 'delivery.differences',
    sort: '-found_on',
    show: ['id', 'subject_name', 'target', 'action', 'version', 'kind', 'said', 'found_at',
      'ended_at', 'ending', 'reason', 'ender'] }),

  // 统计报表
  page('/progress', '任务落实', DESK, () => import('./pages/report/ProgressPage.vue'),
    { menu: '统计报表' }),
  page('/campaigns/:code/ledger', '台账', DESK, () => import('./pages/report/LedgerPage.vue'),
    { parent: '/campaigns' }),
  page('/campaigns/:code/bulletins/:number', '通报', DESK,
    () => import('./pages/report/ReportPage.vue'), { parent: '/campaigns' }),
  page('/ratings', '企业评价', ['auditor'], () => import('./pages/report/RatingsPage.vue'),
    { menu: '统计报表' }),
  page('/reports', '工作报告', DESK, () => import('./pages/report/ReportsPage.vue'),
    { menu: '统计报表' }),
  page('/reports/:id', '工作报告', DESK, () => import('./pages/report/ReportPage.vue'),
    { parent: '/reports' }),

  // 审计
  page('/audit', '操作日志', ['auditor'], () => import('./pages/audit/AuditPage.vue'), { menu: '审计' }),

  // 系统
  page('/devices', '移动设备', [...STAFF, 'administrator'],
    () => import('./pages/directory/DevicesPage.vue'), { menu: '系统' }),
  page('/accounts', '账号', ['administrator'], () => import('./pages/system/AccountsPage.vue'),
    { menu: '系统' }),
  page('/accounts/new', '新建账号', ['administrator'],
    () => import('./pages/system/AccountNewPage.vue'), { parent: '/accounts' }),
  page('/accounts/:login/roles', '角色', ['administrator'],
    () => import('./pages/system/AccountRolesPage.vue'), { parent: '/accounts' }),
  list('/duty-exceptions', '兼任登记', ['auditor', 'administrator'], '系统',
    { list: 'duty-exception.list',
      show: ['role_names', 'document', 'reason', 'ends_on', 'recorded_at'] }),
  page('/account', '我的账号', [], () => import('./pages/account/AccountPage.vue'), { menu: '系统' }),
];

const OUTSIDE: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/account/SignIn.vue'),
    meta: { title: '登录', roles: [], open: true } },
  { path: '/first-password', component: () => import('./pages/account/FirstPassword.vue'),
    meta: { title: '设置新密码', roles: [] } },
  { path: '/campaigns/:code/screen', component: () => import('./pages/draw/ScreenPage.vue'),
    props: true,
    meta: { title: '抽取大屏', roles: STAFF } },
];

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    ...OUTSIDE,
    { path: '/', component: () => import('./layout/Layout.vue'), children: [...PAGES,
      { path: '/:path(.*)*', component: () => import('./layout/NotFound.vue'),
        meta: { title: '没有这个页面', roles: [] } }] },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const session = useSession();
  if (!session.known) {
    try {
      await session.load();
    } catch {
      return true; // the page says what is wrong when it asks
    }
  }
  if (!session.me && session.known)
    return { path: '/sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  if (session.me?.must_change && to.path !== '/first-password') return '/first-password';
  return true;
});

export function setTitle(title: string) {
  document.title = `${title} — 联查`;
}

router.afterEach((to) => setTitle(to.meta.title));

// The build before this one is gone from the server: its pages are to be had by loading anew.
router.onError((fault, to) => {
  if (/dynamically imported module|Importing a module/.test(String(fault)))
    location.assign(router.resolve(to.fullPath).href);
});
