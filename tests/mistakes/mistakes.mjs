// mistakes.mjs - mistakes that somebody made, or could: in which file what text becomes what, and
// which test is to see it. The text stands once in its file.

const STATEMENTS = 'tests/integration/statements_test.c';
const ROUTES = 'tests/unit/routes';
const ROWS = 'tests/unit/test_row.c';

// Two columns of the same type are read into each other's member.
const swaps = [
  { name: 'swap-adjustment-logins', file: 'shared/store/visit/adjustment.c',
    from: 'COL(requested_by, "requested_by.login"', to: 'COL(requested_by, "decided_by.login"' },
  { name: 'swap-audit-remote', file: 'shared/store/audit.c',
    from: 'COL(remote, "remote"', to: 'COL(remote, "request_id"' },
  { name: 'swap-disclosure-plan', file: 'shared/store/publish/disclosure.c',
    from: 'COL(plan_code, "plan_code")', to: 'COL(plan_code, "department_name")' },
  { name: 'swap-public-value', file: 'shared/store/publish/disclosure.c',
    from: 'COL(public_value, "public_value"', to: 'COL(public_value, "seed"' },
  { name: 'swap-roster-lines', file: 'shared/store/publish/disclosure.c',
    from: 'COL(roster_lines, "roster_lines"', to: 'COL(roster_lines, "snapshot_lines"' },
].map((one) => ({ ...one, by: STATEMENTS }));

export const mistakes = [
  ...swaps,
  { name: 'null-where-none-may-be', file: 'shared/store/review/section.c', by: STATEMENTS,
    from: '"s.arrived_at", .title = "到达", .instant = true, .nullable = true)',
    to: '"s.arrived_at", .title = "到达", .instant = true)' },
  { name: 'alias-of-another-column', file: 'shared/sys/row.c', by: ROWS,
    from: 'return !as || !read_elsewhere(set, c, (size_t)(as - sql));', to: 'return true;' },
  { name: 'input-in-no-member', file: 'fcgi/planner/review/section.c', by: ROUTES,
    from: 'WEB_FIELD(struct review_body, reason,', to: 'WEB_FIELD(struct review_body, reasons,' },
  { name: 'extra-role', file: 'fcgi/planner/routes.c', by: ROUTES,
    from: '.name = "section.review", .who = ROLE_REVIEWER,',
    to: '.name = "section.review", .who = ROLE_REVIEWER | ROLE_PUBLISHER,' },
  { name: 'write-without-transaction', file: 'fcgi/planner/routes.c', by: ROUTES,
    from: '.name = "section.review", .who = ROLE_REVIEWER, .txn = WEB_TXN_WRITE,',
    to: '.name = "section.review", .who = ROLE_REVIEWER,' },
  { name: 'writes-outside-let-through', file: 'shared/sys/db.c', by: 'tests/integration/db_test.c',
    from: 'if (db->in_transaction || !q->needs_transaction)', to: 'if (q)' },
  { name: 'one-end-too-many', file: 'shared/sys/jsonw.c', by: 'tests/unit/test_jsonw.c',
    from: 'if (w->depth == 0)', to: 'if (w->depth == -9)' },
  { name: 'no-zone-between-allocations', file: 'shared/base/arena.c', by: 'tests/unit/test_arena.c',
    from: 'enum { ZONE = 2 * alignof(max_align_t) };', to: 'enum { ZONE = 0 };' },
  { name: 'rule-that-nobody-reads', file: 'schema/reference/rules.csv',
    by: 'tests/unit/test_rule.c',
    from: 'load.daily,', to: 'load.dayly,' },
  { name: 'list-without-index', file: 'schema/0002_directory.sql',
    by: 'tests/integration/lists_test.c', from: '    KEY verified_on (verified_on),\n', to: '' },
];
