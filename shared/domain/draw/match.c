#include "domain/draw/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum {
    PREFIX = 4 /* digits of a city in a region code */,
    TICKET_TEXT_MAX = 2 * MATCH_ID_MAX + 18
};

/* An inspector in the order of rule 3. */
struct candidate {
    unsigned load;
    uint8_t ticket[DIGEST_SIZE];
    const char *id;
    size_t inspector;
};

struct run {
    struct arena *arena;
    const struct match_problem *problem;
    struct draw_tickets *tickets;
    const struct match_inspector **sorted; /* by department, then id */
    unsigned *loads;
    size_t *taken; /* number of the visit, from 1, in whose team an inspector is */
    size_t visit;  /* number of the visit in work */
    struct candidate *candidates;
    size_t candidate_count;
    struct match_assignment *assignments;
    size_t count;
    size_t room;
};

/* The team of the section in work. */
struct team {
    const struct match_section *section;
    size_t index;
    uint64_t missing;
    unsigned minimum; /* members wanted */
    unsigned size;
    unsigned by_source[MATCH_DIRECT + 1];
};

/* ---- the rule's conditions ---- */

static bool same_city(const char *a, const char *b)
{
    return strncmp(a, b, PREFIX) == 0;
}

bool match_covers(const char *area, const char *region)
{
    return strcmp(area, region) == 0 ||
           (strlen(area) == 6 && strcmp(area + PREFIX, "00") == 0 && same_city(area, region));
}

static bool goes_to(const struct match_inspector *who, const char *region)
{
    if (who->area_count == 0)
        return match_covers(who->region, region);
    for (size_t i = 0; i < who->area_count; i++)
        if (match_covers(who->areas[i], region))
            return true;
    return false;
}

static bool recused(const struct match_inspector *who, const char *subject)
{
    for (size_t i = 0; i < who->recusal_count; i++)
        if (strcmp(who->recusals[i], subject) == 0)
            return true;
    return false;
}

static uint64_t capacity(const struct run *run, const struct match_inspector *who)
{
    uint64_t total = who->max_total > who->carried ? who->max_total - who->carried : 0;
    uint64_t daily = (uint64_t)who->max_daily * run->problem->working_days;
    return total < daily ? total : daily;
}

/* The first reason why an inspector is not free (rule 2), or MATCH_REFUSAL_COUNT. */
static enum match_refusal refusal(const struct run *run, const struct match_section *section,
                                  const struct match_inspector *who)
{
    size_t index = (size_t)(who - run->problem->inspectors);
    if (!(who->specialties & section->specialties))
        return MATCH_UNQUALIFIED;
    if (who->uncommitted)
        return MATCH_UNCOMMITTED;
    if (!who->on_duty)
        return MATCH_OFF_DUTY;
    if (who->card_expires_on < run->problem->window_last)
        return MATCH_CARD_EXPIRED;
    if (recused(who, section->subject))
        return MATCH_RECUSED;
    if (run->taken[index] == run->visit)
        return MATCH_TAKEN;
    if (!goes_to(who, section->region))
        return MATCH_AREA;
    if (run->loads[index] >= capacity(run, who))
        return MATCH_LOAD;
    return MATCH_REFUSAL_COUNT;
}

/* As refusal, without the area; the load is asked all the same. */
static bool free_elsewhere(const struct run *run, const struct match_section *section,
                           const struct match_inspector *who)
{
    enum match_refusal why = refusal(run, section, who);
    if (why == MATCH_AREA)
        return run->loads[who - run->problem->inspectors] < capacity(run, who);
    return why == MATCH_REFUSAL_COUNT;
}

/* ---- candidates and walks ---- */

void match_ticket(struct draw_tickets *tickets, const char *visit, const char *inspector,
                  uint8_t out[DIGEST_SIZE])
{
    char text[TICKET_TEXT_MAX + 1];
    int n = snprintf(text, sizeof text, "visit|%s|inspector|%s", visit, inspector);
    draw_ticket(tickets, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, 1, out);
}

static void add_candidate(struct run *run, const struct match_section *section,
                          const struct match_inspector *who)
{
    struct candidate *candidate = &run->candidates[run->candidate_count++];
    match_ticket(run->tickets, section->visit, who->id, candidate->ticket);
    candidate->inspector = (size_t)(who - run->problem->inspectors);
    candidate->load = run->loads[candidate->inspector];
    candidate->id = who->id;
}

static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->load != y->load)
        return x->load < y->load ? -1 : 1;
    int order = memcmp(x->ticket, y->ticket, DIGEST_SIZE);
    return order ? order : strcmp(x->id, y->id);
}

static void join(struct run *run, struct team *team, const struct candidate *candidate,
                 enum match_source source)
{
    if (run->count == run->room) {
        size_t room = run->room * 2;
        struct match_assignment *wider = arena_array(run->arena, room, sizeof *wider);
        memcpy(wider, run->assignments, run->count * sizeof *wider);
        run->assignments = wider;
        run->room = room;
    }
    struct match_assignment *made = &run->assignments[run->count++];
    made->section = team->index;
    made->inspector = candidate->inspector;
    made->source = source;
    memcpy(made->ticket, candidate->ticket, DIGEST_SIZE);
    team->missing &= ~run->problem->inspectors[candidate->inspector].specialties;
    team->size++;
    team->by_source[source]++;
    run->loads[candidate->inspector]++;
    run->taken[candidate->inspector] = run->visit;
}

static bool is_short(const struct team *team)
{
    return team->missing != 0 || team->size < team->minimum;
}

/* Both walks over the candidates collected. */
static void walk(struct run *run, struct team *team, enum match_source source)
{
    if (run->candidate_count)
        qsort(run->candidates, run->candidate_count, sizeof *run->candidates, by_rank);
    for (size_t i = 0; i < run->candidate_count && team->missing; i++) {
        const struct candidate *candidate = &run->candidates[i];
        if (run->problem->inspectors[candidate->inspector].specialties & team->missing)
            join(run, team, candidate, source);
    }
    for (size_t i = 0; i < run->candidate_count && team->size < team->minimum; i++)
        if (run->taken[run->candidates[i].inspector] != run->visit)
            join(run, team, &run->candidates[i], source);
    run->candidate_count = 0;
}

/* First inspector, in the order by department, whose department is not below the given one. */
static size_t first_of(const struct run *run, const char *department)
{
    size_t low = 0;
    size_t high = run->problem->inspector_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(run->sorted[middle]->department, department) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool in_department(const struct run *run, size_t i, const char *department)
{
    return i < run->problem->inspector_count && strcmp(run->sorted[i]->department, department) == 0;
}

static void walk_own(struct run *run, struct team *team, unsigned refused[MATCH_REFUSAL_COUNT])
{
    const struct match_section *section = team->section;
    for (size_t i = first_of(run, section->department); in_department(run, i, section->department);
         i++) {
        enum match_refusal why = refusal(run, section, run->sorted[i]);
        if (why == MATCH_REFUSAL_COUNT)
            add_candidate(run, section, run->sorted[i]);
        else
            refused[why]++;
    }
    walk(run, team, MATCH_DRAWN);
}

static void walk_neighbours(struct run *run, struct team *team)
{
    const struct match_section *section = team->section;
    for (size_t i = 0; i < run->problem->inspector_count; i++) {
        const struct match_inspector *who = &run->problem->inspectors[i];
        if (strcmp(who->kind, section->kind) == 0 &&
            strcmp(who->department, section->department) != 0 &&
            strcmp(who->region, section->department_region) != 0 &&
            same_city(who->region, section->department_region) && free_elsewhere(run, section, who))
            add_candidate(run, section, who);
    }
    walk(run, team, MATCH_NEIGHBOUR);
}

static struct team team_of(const struct run *run, size_t index)
{
    const struct match_section *section = &run->problem->sections[index];
    return (struct team){ .section = section,
                          .index = index,
                          .missing = section->specialties,
                          .minimum = MATCH_TEAM_MIN };
}

/* Rules 3 to 6 for one section; true when it has to be reported. */
static bool staff(struct run *run, struct team *team, struct match_shortage *shortage)
{
    *shortage = (struct match_shortage){ .section = team->index };
    walk_own(run, team, shortage->refused);
    if (!is_short(team))
        return false;
    shortage->missing_drawn = team->missing;
    walk_neighbours(run, team);
    shortage->missing = team->missing;
    shortage->drawn = team->by_source[MATCH_DRAWN];
    shortage->neighbours = team->by_source[MATCH_NEIGHBOUR];
    shortage->open = is_short(team);
    return true;
}

/* ---- input ---- */

static int by_department(const void *a, const void *b)
{
    const struct match_inspector *x = *(const struct match_inspector *const *)a;
    const struct match_inspector *y = *(const struct match_inspector *const *)b;
    int order = strcmp(x->department, y->department);
    return order ? order : strcmp(x->id, y->id);
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct match_inspector *const *)a)->id,
                  (*(const struct match_inspector *const *)b)->id);
}

static int by_visit(const void *a, const void *b)
{
    const struct match_section *x = *(const struct match_section *const *)a;
    const struct match_section *y = *(const struct match_section *const *)b;
    int order = strcmp(x->visit, y->visit);
    return order ? order : strcmp(x->department, y->department);
}

static bool bad_id(const char *id)
{
    size_t n = strlen(id);
    return n == 0 || n > MATCH_ID_MAX || strchr(id, '|');
}

static enum rc sort_inspectors(struct run *run, struct err *err)
{
    const struct match_problem *problem = run->problem;
    size_t count = problem->inspector_count;
    for (size_t i = 0; i < count; i++) {
        if (bad_id(problem->inspectors[i].id))
            return err_set(err, RC_INVALID, "", "执法证号为空、过长或含有“|”");
        run->sorted[i] = &problem->inspectors[i];
    }
    if (count)
        qsort(run->sorted, count, sizeof(const struct match_inspector *), by_id);
    for (size_t i = 1; i < count; i++)
        if (by_id(&run->sorted[i - 1], &run->sorted[i]) == 0)
            return err_set(err, RC_INVALID, "", "执法证号 %s 重复", run->sorted[i]->id);
    if (count)
        qsort(run->sorted, count, sizeof(const struct match_inspector *), by_department);
    return RC_OK;
}

static enum rc sort_sections(struct run *run, const struct match_section **sorted, struct err *err)
{
    size_t count = run->problem->section_count;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &run->problem->sections[i];
        if (bad_id(sorted[i]->visit))
            return err_set(err, RC_INVALID, "", "入企检查编号为空、过长或含有“|”");
        if (!sorted[i]->specialties)
            return err_set(err, RC_INVALID, "", "入企检查 %s 的部门检查单没有专业",
                           sorted[i]->visit);
    }
    if (count)
        qsort(sorted, count, sizeof(const struct match_section *), by_visit);
    for (size_t i = 1; i < count; i++)
        if (by_visit(&sorted[i - 1], &sorted[i]) == 0)
            return err_set(err, RC_INVALID, "", "入企检查 %s 有两份 %s 的部门检查单",
                           sorted[i]->visit, sorted[i]->department);
    return RC_OK;
}

static enum rc check(const struct match_problem *problem, struct err *err)
{
    uint8_t seed[DIGEST_SIZE];
    if (problem->inspector_count > MATCH_INSPECTORS_MAX ||
        problem->section_count > MATCH_SECTIONS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "执法检查人员超过 %d 名，或部门检查单超过 %d 份",
                       MATCH_INSPECTORS_MAX, MATCH_SECTIONS_MAX);
    if (!hex_decode(seed, sizeof seed, problem->seed))
        return err_set(err, RC_INVALID, "/seed", "种子不是 64 位小写十六进制数");
    return RC_OK;
}

static void start(struct run *run, struct arena *a, const struct match_problem *problem)
{
    size_t count = problem->inspector_count;
    *run = (struct run){ .arena = a, .problem = problem };
    run->tickets = draw_tickets(a, problem->rule, problem->seed);
    run->sorted = arena_array(a, count, sizeof(const struct match_inspector *));
    run->loads = arena_array(a, count, sizeof *run->loads);
    run->taken = arena_array(a, count, sizeof *run->taken);
    run->candidates = arena_array(a, count, sizeof *run->candidates);
    run->room = problem->section_count * MATCH_TEAM_MIN + 1;
    run->assignments = arena_array(a, run->room, sizeof *run->assignments);
}

enum rc match_run(struct arena *a, const struct match_problem *problem, struct match_plan *plan,
                  struct err *err)
{
    size_t count = problem->section_count;
    struct run run;
    enum rc rc = check(problem, err);
    if (rc)
        return rc;
    start(&run, a, problem);
    rc = sort_inspectors(&run, err);
    if (rc)
        return rc;
    const struct match_section **sorted =
        arena_array(a, count, sizeof(const struct match_section *));
    rc = sort_sections(&run, sorted, err);
    if (rc)
        return rc;
    struct match_shortage *shortages = arena_array(a, count, sizeof *shortages);
    *plan = (struct match_plan){ .shortages = shortages };
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(sorted[i - 1]->visit, sorted[i]->visit) != 0)
            run.visit++;
        struct match_shortage *shortage = &shortages[plan->shortage_count];
        struct team team = team_of(&run, (size_t)(sorted[i] - problem->sections));
        if (staff(&run, &team, shortage)) {
            plan->shortage_count++;
            plan->open_count += shortage->open;
        }
    }
    plan->assignments = run.assignments;
    plan->assignment_count = run.count;
    plan->loads = run.loads;
    return RC_OK;
}

/* Loads, and who is taken at the visit, as the standing assignments have it. */
static void seat(struct run *run, struct team *team, const struct match_member *members, size_t n)
{
    const struct match_problem *problem = run->problem;
    for (size_t i = 0; i < n; i++) {
        run->loads[members[i].inspector]++;
        if (strcmp(problem->sections[members[i].section].visit, team->section->visit) == 0)
            run->taken[members[i].inspector] = run->visit;
        if (members[i].section != team->index)
            continue;
        team->missing &= ~problem->inspectors[members[i].inspector].specialties;
        team->size++;
    }
}

enum rc match_complete(struct arena *a, const struct match_problem *problem,
                       const struct match_member *members, size_t member_count, size_t section,
                       size_t leaver, unsigned size, struct match_plan *plan, struct err *err)
{
    struct run run;
    enum rc rc = check(problem, err);
    if (rc)
        return rc;
    start(&run, a, problem);
    rc = sort_inspectors(&run, err);
    if (rc)
        return rc;
    run.visit = 1;
    struct team team = team_of(&run, section);
    struct match_shortage *shortage = arena_alloc(a, sizeof *shortage);
    team.minimum = size > MATCH_TEAM_MIN ? size : MATCH_TEAM_MIN;
    seat(&run, &team, members, member_count);
    if (leaver != MATCH_NOBODY)
        run.taken[leaver] = run.visit;
    bool reported = staff(&run, &team, shortage);
    *plan = (struct match_plan){ .assignments = run.assignments,
                                 .assignment_count = run.count,
                                 .shortages = shortage,
                                 .shortage_count = reported,
                                 .open_count = reported && shortage->open,
                                 .loads = run.loads };
    return RC_OK;
}

/* ---- texts ---- */

const char *match_source_name(enum match_source source)
{
    static const char *const names[] = {
        [MATCH_DRAWN] = "drawn", [MATCH_NEIGHBOUR] = "neighbour", [MATCH_DIRECT] = "direct"
    };
    return names[source];
}

const char *match_shortage_text(struct arena *a, const struct match_shortage *shortage)
{
    static const char *const reasons[MATCH_REFUSAL_COUNT] = {
        [MATCH_UNQUALIFIED] = "无相应专业", [MATCH_UNCOMMITTED] = "承诺时不在人员名单",
        [MATCH_OFF_DUTY] = "不在岗",        [MATCH_CARD_EXPIRED] = "执法证到期",
        [MATCH_RECUSED] = "回避",           [MATCH_TAKEN] = "已在本次检查组",
        [MATCH_AREA] = "不负责该区域",      [MATCH_LOAD] = "任务已满",
    };
    enum { TEXT_CAP = 600 };
    struct buf out;
    buf_init(&out, a, TEXT_CAP);
    buf_printf(&out, "本部门抽得 %u 名", shortage->drawn);
    if (shortage->missing_drawn)
        buf_puts(&out, "，专业未覆盖齐全");
    if (shortage->drawn < MATCH_TEAM_MIN)
        buf_printf(&out, "，不足 %d 名", MATCH_TEAM_MIN);
    const char *before = "；未能参加抽取：";
    for (int i = 0; i < MATCH_REFUSAL_COUNT; i++) {
        if (shortage->refused[i]) {
            buf_printf(&out, "%s%s %u 名", before, reasons[i], shortage->refused[i]);
            before = "、";
        }
    }
    if (shortage->neighbours)
        buf_printf(&out, "；邻近区域匹配 %u 名", shortage->neighbours);
    if (shortage->open)
        buf_puts(&out, "；仍不足，须直接委派");
    return out.p;
}
