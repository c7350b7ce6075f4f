/* What changed of the teams after they were drawn: who left and joined, and how many. */
#include "admin/draw/draw_verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"
#include "base/text.h"

enum { PERCENT = 100 };

static const char teams[] = "teams.txt";
static const char adjustments[] = "adjustments.txt";

/* Who is in which team, and whether by hand. */
struct seat {
    const char *visit;
    const char *department;
    const char *card;
    bool by_hand;
};

struct seats {
    struct seat *v;
    size_t n;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The seat of a card at a visit, in the team of that department or, NULL, in any. */
static struct seat *find_seat(const struct seats *s, const char *visit, const char *department,
                              const char *card)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->v[i].card, card) == 0 && strcmp(s->v[i].visit, visit) == 0 &&
            (!department || strcmp(s->v[i].department, department) == 0))
            return &s->v[i];
    return NULL;
}

static void give_seat(struct seats *s, const struct verify_lines *l, const char *card,
                      const char *source)
{
    s->v[s->n++] = (struct seat){ l->f[0], l->f[1], card, strcmp(source, "direct") == 0 };
}

/* Who left, and whether that counts against the limit: whoever was drawn, and did not declare a
   recusal. */
static bool check_leaver(const struct verify_lines *l, struct seats *seats)
{
    struct seat *seat = find_seat(seats, l->f[0], l->f[1], l->f[3]);
    bool by_hand = seat && seat->by_hand;
    if (seat)
        *seat = seats->v[--seats->n];
    else
        verify_note_line(l, arena_printf(l->v->arena, "%s 不在这个检查组中", l->f[3]));
    return !by_hand && strcmp(l->f[2], "recusal") != 0;
}

/* What kind of change it is, and that its other fields are of that kind. */
static void check_kind(const struct verify_lines *l)
{
    enum kind { CHANGE, RECUSAL, DIRECT, SUBSTITUTE };
    static const char *const kinds[] = { "change", "recusal", "direct", "substitute", NULL };
    static const char *const sources[] = { "drawn", "neighbour", "direct", NULL };
    int kind = text_index(kinds, l->f[2]);
    bool leaves = strcmp(l->f[3], "-") != 0;
    bool joins = strcmp(l->f[4], "-") != 0;
    bool by_hand = strcmp(l->f[5], "direct") == 0;
    if (kind < 0)
        verify_note_line(l, "不认识的变动种类");
    else if ((!leaves && !joins) || (leaves && (kind == DIRECT || kind == SUBSTITUTE)) ||
             (kind == DIRECT && !by_hand) || (kind == SUBSTITUTE && by_hand))
        verify_note_line(l, "离开、加入或来源与变动种类不符");
    if (joins ? text_index(sources, l->f[5]) < 0
              : strcmp(l->f[5], "-") != 0 || strcmp(l->f[6], "-") != 0)
        verify_note_line(l, "不认识的来源");
}

/* A section that was closed, or of who stands in since. */
static void check_section(const struct verify_lines *l)
{
    const char *key = arena_printf(l->v->arena, "%s\t%s", l->f[0], l->f[1]);
    if (l->v->sections_known &&
        !sorted_find(&key, l->v->sections_known, l->v->sections_known_count, sizeof key, by_text))
        verify_note_line(l, arena_printf(l->v->arena, "没有由 %s 进行的检查 %s", l->f[1], l->f[0]));
}

/* By the rule nobody joins whom no roster has. */
static void check_committed(const struct verify_lines *l, const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        if (strcmp(roster->inspectors[i].id, l->f[4]) == 0)
            return;
    if (strcmp(l->f[5], "direct") != 0)
        verify_note_line(
            l, arena_printf(l->v->arena, "%s 不在承诺的人员名单中，只能直接委派", l->f[4]));
}

static void check_ticket(const struct verify_lines *l, struct draw_tickets *tickets)
{
    uint8_t ticket[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    match_ticket(tickets, l->f[0], l->f[4], ticket);
    hex_encode(hex, ticket, sizeof ticket);
    if (strcmp(hex, l->f[6]) != 0)
        verify_note_line(l, arena_printf(l->v->arena, "%s 的抽签值应为 %s", l->f[4], hex));
}

/* Of those who were drawn no more than the announced share leaves (R06). */
static void check_changed(struct verify *v, const char **leavers, size_t n)
{
    if (n)
        qsort(leavers, n, sizeof *leavers, by_text);
    for (size_t i = 0; i < n; i++)
        v->inspectors_changed += i == 0 || strcmp(leavers[i - 1], leavers[i]) != 0;
    if (draw_rule_version(v->rule) == 2 &&
        v->inspectors_changed * PERCENT > v->inspectors_drawn * v->adjustment_percent)
        verify_note(v, adjustments, "", "调整人员 %zu 名，超过抽取 %zu 名的 %zu%%",
                    v->inspectors_changed, v->inspectors_drawn, v->adjustment_percent);
}

void verify_adjustments(struct verify *v, const struct roster *roster)
{
    struct verify_lines team;
    struct verify_lines l;
    struct seats seats = { .n = 0 };
    size_t changed = 0;
    if (!verify_open(v, teams, "liancha-teams/1", &team) ||
        !verify_open(v, adjustments, "liancha-adjustments/1", &l))
        return;
    size_t room =
        verify_count_lines(verify_file(v, teams)) + verify_count_lines(verify_file(v, adjustments));
    seats.v = arena_array(v->arena, room, sizeof *seats.v);
    const char **leavers = arena_array(v->arena, room, sizeof *leavers);
    while (verify_line(&team, 5))
        give_seat(&seats, &team, team.f[2], team.f[3]);
    struct draw_tickets *tickets = draw_tickets(v->arena, v->rule, v->match_seed);
    while (verify_line(&l, 7)) {
        v->adjustments++;
        check_kind(&l);
        check_section(&l);
        if (strcmp(l.f[3], "-") != 0 && check_leaver(&l, &seats))
            leavers[changed++] = l.f[3];
        if (strcmp(l.f[4], "-") == 0)
            continue;
        if (find_seat(&seats, l.f[0], NULL, l.f[4]))
            verify_note_line(&l, arena_printf(v->arena, "%s 已在这次检查中", l.f[4]));
        check_ticket(&l, tickets);
        if (v->rosters_intact)
            check_committed(&l, roster);
        give_seat(&seats, &l, l.f[4], l.f[5]);
    }
    check_changed(v, leavers, changed);
}
