#include "store/directory/subject_say.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/sorted.h"
#include "base/text.h"
#include "domain/directory/word.h"
#include "store/directory/proposal.h"
#include "store/directory/record_change.h"
#include "sys/jsonw.h"

/* Who has subjects in directories, and his word of each. */
DB_STMT(subject_holder_select, "t", "iittiiD",
        "SELECT STRAIGHT_JOIN j.id, d.department_id, MAX(w.state), MAX(w.credit_class),"
        " COALESCE(MAX(w.is_key), 0), COALESCE(MAX(w.complaints), 0), MAX(w.verified_on)"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT UNSIGNED PATH '$')) j"
        " JOIN directory_entry e ON e.subject_id = j.id JOIN directory d ON d.id = e.directory_id"
        " LEFT JOIN subject_word w ON w.department_id = d.department_id AND w.subject_id = j.id"
        " GROUP BY j.id, d.department_id ORDER BY j.id, d.department_id");

DB_STMT(fact_authority_select, "i", "t",
        "SELECT a.fact FROM fact_authority a JOIN department d ON d.kind = a.kind WHERE d.id = ?");

DB_STMT(subject_word_put, "iittiiD", "",
        "INSERT INTO subject_word (department_id, subject_id, state, credit_class, is_key,"
        " complaints, verified_on) VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
        " state = VALUES(state), credit_class = VALUES(credit_class), is_key = VALUES(is_key),"
        " complaints = VALUES(complaints), verified_on = VALUES(verified_on)");
DB_STMT(subject_word_delete, "it", "",
        "DELETE w FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT UNSIGNED PATH '$')) j"
        " JOIN subject_word w ON w.subject_id = j.id AND w.department_id = ?");

DB_STMT(subject_change_insert, "iiitttT", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)");

enum { ALL = 0 /* for_id of a change that holds for everyone without a word of his own */ };

struct holder {
    int64_t subject_id;
    int64_t department_id;
    bool worded;
    struct word word;
};

/* Values of a bulk statement, row by row. */
struct rows {
    struct db_val *v;
    size_t n;
};

struct saying {
    struct db *db;
    struct arena *arena;
    const struct subject_speaker *by;
    unsigned authority; /* facts, by bit */
    struct holder *holders;
    size_t holder_count;
    struct subject *added;
    size_t added_count;
    struct subject *put; /* to be stored as the subject's own */
    size_t put_count;
    struct rows words;
    struct rows changes;
    int64_t *unworded; /* subjects of which the department needs no word of its own */
    size_t unworded_count;
    int64_t *touched; /* subjects of which a line was taken */
    size_t touched_count;
    struct proposal *proposals;
    size_t proposal_count;
    struct record_note *notes;
    size_t note_count;
};

enum { WORD_COLUMNS = 7, CHANGE_COLUMNS = 7 };

/* ---- who else ---- */

static enum rc load_holders(struct saying *s, const int64_t *ids, size_t count)
{
    size_t room = 4 * count + 16;
    struct db_query *q;
    s->holders = arena_array(s->arena, room, sizeof *s->holders);
    enum rc rc =
        db_query(s->db, &subject_holder_select, DB_ARGS(db_text(jw_ids(s->arena, ids, count))), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (s->holder_count == room) {
            struct holder *more = arena_array(s->arena, 2 * room, sizeof *more);
            memcpy(more, s->holders, room * sizeof *more);
            s->holders = more;
            room *= 2;
        }
        struct holder *h = &s->holders[s->holder_count++];
        *h = (struct holder){ .subject_id = db_col_int(q, 0),
                              .department_id = db_col_int(q, 1),
                              .worded = !db_is_null(q, 2) };
        if (h->worded)
            h->word = (struct word){ db_col_dup(q, 2, s->arena), db_col_dup(q, 3, s->arena),
                                     db_col_int(q, 4) != 0, db_col_int(q, 5), db_col_date(q, 6) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static int by_subject(const void *id, const void *holder)
{
    int64_t wanted = *(const int64_t *)id;
    int64_t has = ((const struct holder *)holder)->subject_id;
    return wanted < has ? -1 : wanted > has;
}

/* The holders of a subject: how many, from *first on. */
static size_t holders_of(const struct saying *s, int64_t id, const struct holder **first)
{
    size_t n = 0;
    const struct holder *h = sorted_find(&id, s->holders, s->holder_count, sizeof *h, by_subject);
    if (!h)
        return 0;
    const struct holder *end = s->holders + s->holder_count;
    while (h > s->holders && h[-1].subject_id == id)
        h--;
    *first = h;
    while (h + n < end && h[n].subject_id == id)
        n++;
    return n;
}

static enum rc load_authority(struct saying *s)
{
    struct db_query *q;
    enum rc rc = db_query(s->db, &fact_authority_select, DB_ARGS(db_int(s->by->department_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        int fact = text_index(word_fact_names, db_col_text(q, 0));
        s->authority |= fact >= 0 ? 1U << fact : 0;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- values ---- */

static struct word word_of(const struct subject *s)
{
    return (struct word){ s->state, s->credit_class, s->is_key, s->complaints, s->verified_on };
}

static const char *word_value(struct arena *a, const struct word *w, enum word_fact fact)
{
    if (fact == WORD_STATE)
        return w->state;
    if (fact == WORD_CREDIT)
        return w->credit_class;
    return fact == WORD_KEY ? (w->is_key ? "1" : "0")
                            : arena_printf(a, "%lld", (long long)w->complaints);
}

static const char *value_of(struct arena *a, const struct subject *s, enum word_fact fact)
{
    const struct word word = word_of(s);
    switch (fact) {
    case WORD_NAME:
        return s->name;
    case WORD_TYPE:
        return s->type;
    case WORD_ADDRESS:
        return s->address;
    case WORD_REGION:
        return s->region_code;
    case WORD_LOCATION:
        return s->located ? arena_printf(a, "%.7f,%.7f", s->lon, s->lat) : "";
    default:
        return word_value(a, &word, fact);
    }
}

static void take_shared(struct subject *into, const struct subject *line, unsigned facts)
{
    into->name = facts & 1U << WORD_NAME ? line->name : into->name;
    into->type = facts & 1U << WORD_TYPE ? line->type : into->type;
    into->address = facts & 1U << WORD_ADDRESS ? line->address : into->address;
    into->region_code = facts & 1U << WORD_REGION ? line->region_code : into->region_code;
    if (facts & 1U << WORD_LOCATION) {
        into->located = line->located;
        into->lon = line->lon;
        into->lat = line->lat;
    }
}

/* ---- what is to be written ---- */

static void note_change(struct saying *s, int64_t id, int64_t for_id, enum word_fact fact,
                        const char *before, const char *after)
{
    const struct db_val row[CHANGE_COLUMNS] = {
        db_int(id),
        db_int(for_id),
        db_int(s->by->department_id),
        db_text(word_fact_names[fact]),
        db_text(before),
        db_text(after),
        db_instant(s->by->now),
    };
    memcpy(s->changes.v + s->changes.n++ * CHANGE_COLUMNS, row, sizeof row);
}

static void note_word_changes(struct saying *s, int64_t id, int64_t for_id,
                              const struct word *before, const struct word *after)
{
    unsigned facts = word_differs(before, after);
    for (unsigned f = WORD_STATE; f < WORD_FACTS; f++)
        if (facts & 1U << f)
            note_change(s, id, for_id, (enum word_fact)f, word_value(s->arena, before, f),
                        word_value(s->arena, after, f));
}

static void put_own(struct saying *s, int64_t id, const struct subject *before,
                    const struct subject *after)
{
    const struct word was = word_of(before);
    const struct word is = word_of(after);
    int64_t for_id = s->by->department_id;
    s->put[s->put_count++] = *after;
    note_word_changes(s, id, for_id, &was, &is);
    if (strcmp(before->region_code, after->region_code) != 0)
        note_change(s, id, ALL, WORD_REGION, before->region_code, after->region_code);
}

static void put_word(struct saying *s, int64_t id, int64_t department_id, const struct word *w)
{
    const struct db_val row[WORD_COLUMNS] = {
        db_int(department_id),    db_int(id),        db_text(w->state),
        db_text(w->credit_class), db_int(w->is_key), db_int(w->complaints),
        db_date(w->verified_on),
    };
    memcpy(s->words.v + s->words.n++ * WORD_COLUMNS, row, sizeof row);
}

static void propose(struct saying *s, int64_t id, int64_t to, enum word_fact fact,
                    const struct subject *line)
{
    s->proposals[s->proposal_count++] = (struct proposal){
        .subject_id = id,
        .by_id = s->by->department_id,
        .to_id = to,
        .fact = word_fact_names[fact],
        .value = value_of(s->arena, line, fact),
        .verified_on = line->verified_on,
    };
}

/* What becomes of the subject, as the department has it; before is NULL for a new one. */
static void note_record(struct saying *s, const struct subject *before, const struct subject *after)
{
    static const struct subject none = { .name = "",
                                         .type = "",
                                         .address = "",
                                         .state = "",
                                         .credit_class = "",
                                         .region_code = "",
                                         .licence = "" };
    const struct subject *was = before ? before : &none;
    struct record_field fields[WORD_FACTS + 3] = { { .name = NULL } };
    for (unsigned f = 0; f < WORD_FACTS; f++)
        fields[f] = (struct record_field){ word_fact_names[f], value_of(s->arena, was, f),
                                           value_of(s->arena, after, f) };
    fields[WORD_FACTS] = (struct record_field){ "licence", was->licence, after->licence };
    fields[WORD_FACTS + 1] =
        (struct record_field){ "verified_on", before ? record_date(s->arena, was->verified_on) : "",
                               record_date(s->arena, after->verified_on) };
    const char *changes = record_differences(s->arena, fields);
    if (changes)
        s->notes[s->note_count++] = (struct record_note){ .code = after->code,
                                                          .act = before ? "changed" : "created",
                                                          .changes = changes };
}

/* ---- a line ---- */

static void set_word(struct subject *into, const struct word *w)
{
    into->state = w->state;
    into->credit_class = w->credit_class;
    into->is_key = w->is_key;
    into->complaints = w->complaints;
}

/* Nobody else has the subject: all of the line holds. */
static void say_alone(struct saying *s, struct subject_said *said, const struct word_case *c)
{
    const struct subject *stored = &said->stored->subject;
    struct subject was = *stored;
    if (c->own) {
        s->unworded[s->unworded_count++] = said->stored->id;
        set_word(&was, c->own);
    }
    if (!c->own && subject_same(said->line, stored))
        return;
    said->change = subject_same(said->line, &was) ? STORE_UNCHANGED : STORE_CHANGED;
    put_own(s, said->stored->id, &was, said->line);
    note_record(s, &was, said->line);
}

/* What the authority decides, for all who have a word of their own too. */
static unsigned decide_for_all(struct saying *s, struct subject_said *said,
                               const struct holder *others, size_t count)
{
    const struct subject *stored = &said->stored->subject;
    const struct word line = word_of(said->line);
    struct subject put = *stored;
    struct word all = word_of(stored);
    unsigned differs = 0;
    for (unsigned f = 0; f < WORD_STATE; f++)
        if (strcmp(value_of(s->arena, stored, f), value_of(s->arena, said->line, f)) != 0)
            differs |= 1U << f;
    unsigned taken = (differs | word_differs(&all, &line)) & s->authority;
    take_shared(&put, said->line, taken);
    word_take(&all, &line, taken);
    put.state = all.state;
    put.credit_class = all.credit_class;
    put.is_key = all.is_key;
    put.complaints = all.complaints;
    if (taken) {
        const struct word was = word_of(stored);
        s->put[s->put_count++] = put;
        note_word_changes(s, said->stored->id, ALL, &was, &all);
        if (taken & 1U << WORD_REGION)
            note_change(s, said->stored->id, ALL, WORD_REGION, stored->region_code,
                        put.region_code);
    }
    for (size_t i = 0; i < count; i++) {
        struct word word = others[i].word;
        if (others[i].department_id == s->by->department_id || !others[i].worded)
            continue;
        word_take(&word, &line, s->authority);
        if (!word_differs(&word, &others[i].word))
            continue;
        note_word_changes(s, said->stored->id, others[i].department_id, &others[i].word, &word);
        put_word(s, said->stored->id, others[i].department_id, &word);
    }
    said->change = taken ? STORE_CHANGED : said->change;
    return differs & ~s->authority;
}

/* Others have the subject too. */
static void say_shared(struct saying *s, struct subject_said *said, const struct word_case *c,
                       const struct holder *holders, size_t count)
{
    int64_t id = said->stored->id;
    int64_t by = s->by->department_id;
    const struct word *standing = word_standing(c);
    unsigned shared = decide_for_all(s, said, holders, count);
    if (word_differs(standing, &c->line)) {
        said->change = STORE_CHANGED;
        note_word_changes(s, id, by, standing, &c->line);
    }
    put_word(s, id, by, &c->line);
    struct subject before = said->stored->subject;
    set_word(&before, standing);
    before.verified_on = standing->verified_on;
    struct subject after = before;
    take_shared(&after, said->line, s->authority);
    set_word(&after, &c->line);
    after.verified_on = c->line.verified_on;
    note_record(s, &before, &after);
    for (size_t i = 0; i < count; i++) {
        int64_t to = holders[i].department_id;
        const struct word *theirs = holders[i].worded ? &holders[i].word : &c->stored;
        unsigned facts = shared | (word_differs(theirs, &c->line) & ~s->authority);
        for (unsigned f = 0; to != by && f < WORD_FACTS; f++)
            if (facts & 1U << f) {
                propose(s, id, to, (enum word_fact)f, said->line);
                said->apart = true;
            }
    }
}

/* What the line does not say stays as the department has it. */
static void keep_absent(struct saying *s, struct subject_said *said, struct word_case *c)
{
    if (!said->absent)
        return;
    struct subject *line = arena_memdup(s->arena, said->line, sizeof *line);
    word_take(&c->line, word_standing(c), said->absent);
    line->is_key = c->line.is_key;
    line->complaints = c->line.complaints;
    said->line = line;
}

static void say_one(struct saying *s, struct subject_said *said)
{
    said->change = STORE_UNCHANGED;
    if (!said->stored) {
        said->change = STORE_CREATED;
        s->added[s->added_count++] = *said->line;
        if (s->by->department_id)
            note_record(s, NULL, said->line);
        return;
    }
    const struct holder *holders = NULL;
    size_t count = holders_of(s, said->stored->id, &holders);
    struct word_case c = { .stored = word_of(&said->stored->subject), .line = word_of(said->line) };
    for (size_t i = 0; i < count; i++) {
        if (holders[i].department_id != s->by->department_id)
            c.shared = true;
        else
            c.holder = true;
        if (holders[i].department_id == s->by->department_id && holders[i].worded)
            c.own = &holders[i].word;
    }
    keep_absent(s, said, &c);
    if (said->again && said->line->verified_on <= word_standing(&c)->verified_on)
        return;
    if (word_older(&c)) {
        said->older = true;
        return;
    }
    s->touched[s->touched_count++] = said->stored->id;
    if (c.shared)
        say_shared(s, said, &c, holders, count);
    else
        say_alone(s, said, &c);
}

/* ---- all of them ---- */

static enum rc put_rows(const struct saying *s, const struct db_stmt *stmt, const struct rows *rows)
{
    return rows->n ? db_bulk(s->db, stmt, rows->v, rows->n) : RC_OK;
}

static enum rc write(struct saying *s)
{
    enum rc rc = s->added_count ? subject_add(s->db, s->added, s->added_count) : RC_OK;
    if (rc == RC_OK && s->put_count)
        rc = subject_put(s->db, s->put, s->put_count);
    if (rc == RC_OK)
        rc = put_rows(s, &subject_word_put, &s->words);
    if (rc == RC_OK && s->unworded_count)
        rc = db_exec(s->db, &subject_word_delete,
                     DB_ARGS(db_text(jw_ids(s->arena, s->unworded, s->unworded_count)),
                             db_int(s->by->department_id)));
    if (rc == RC_OK)
        rc = put_rows(s, &subject_change_insert, &s->changes);
    if (rc == RC_OK)
        rc = record_note(s->db, s->arena, s->by->import_id, "subject", s->notes, s->note_count);
    if (rc == RC_OK && s->by->department_id && s->touched_count)
        rc = proposal_renew(s->db, s->arena, s->by->department_id, s->touched, s->touched_count,
                            s->proposals, s->proposal_count, s->by->now);
    return rc;
}

static void make_room(struct saying *s, size_t count)
{
    size_t each = s->holder_count + count;
    s->added = arena_array(s->arena, count, sizeof *s->added);
    s->put = arena_array(s->arena, count, sizeof *s->put);
    s->words.v = arena_array(s->arena, each * WORD_COLUMNS, sizeof *s->words.v);
    s->changes.v =
        arena_array(s->arena, (each + count) * WORD_FACTS * CHANGE_COLUMNS, sizeof *s->changes.v);
    s->unworded = arena_array(s->arena, count, sizeof *s->unworded);
    s->touched = arena_array(s->arena, count, sizeof *s->touched);
    s->proposals = arena_array(s->arena, each * WORD_FACTS, sizeof *s->proposals);
    s->notes = arena_array(s->arena, count, sizeof *s->notes);
}

enum rc subject_say(struct db *db, struct arena *a, const struct subject_speaker *by,
                    struct subject_said *said, size_t count)
{
    struct saying s = { .db = db, .arena = a, .by = by };
    int64_t *ids = arena_array(a, count + 1, sizeof *ids);
    size_t known = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count; i++)
        if (said[i].stored)
            ids[known++] = said[i].stored->id;
    /* lianchactl speaks for all: it asks nobody. */
    if (known && by->department_id)
        rc = load_holders(&s, ids, known);
    if (rc == RC_OK && s.holder_count)
        rc = load_authority(&s);
    if (rc != RC_OK)
        return rc;
    make_room(&s, count);
    for (size_t i = 0; i < count; i++)
        say_one(&s, &said[i]);
    return write(&s);
}

/* ---- merged codes ---- */

static const struct subject_stored *stored_of(const struct subject_stored *list, size_t n,
                                              const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].subject.code, code) == 0)
            return &list[i];
    return NULL;
}

/* Proposes the merger to whoever else has the former subject; whether there is anybody. */
static bool propose_merger(struct saying *s, const struct subject_stored *former,
                           const struct subject_merger *m)
{
    const struct holder *holders = NULL;
    size_t n = former ? holders_of(s, former->id, &holders) : 0;
    bool apart = false;
    for (size_t i = 0; i < n; i++) {
        if (holders[i].department_id == s->by->department_id)
            continue;
        apart = true;
        s->proposals[s->proposal_count++] = (struct proposal){ .subject_id = former->id,
                                                               .by_id = s->by->department_id,
                                                               .to_id = holders[i].department_id,
                                                               .fact = PROPOSAL_FORMER,
                                                               .value = m->present,
                                                               .verified_on = date_at(s->by->now) };
    }
    return apart;
}

enum rc subject_say_merged(struct db *db, struct arena *a, const struct subject_speaker *by,
                           const struct subject_merger *mergers, size_t count, bool *apart)
{
    struct saying s = { .db = db, .arena = a, .by = by };
    const struct subject_stored *stored = NULL;
    size_t found = 0;
    if (!count || !by->department_id)
        return subject_merge_codes(db, mergers, count);
    const char **codes = arena_array(a, count, sizeof *codes);
    int64_t *ids = arena_array(a, count, sizeof *ids);
    struct subject_merger *own = arena_array(a, count, sizeof *own);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        codes[i] = mergers[i].former;
    enum rc rc = subject_load(db, a, codes, count, &stored, &found);
    for (size_t i = 0; i < found; i++)
        ids[i] = stored[i].id;
    if (rc == RC_OK && found)
        rc = load_holders(&s, ids, found);
    s.proposals = arena_array(a, s.holder_count + 1, sizeof *s.proposals);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        apart[i] = propose_merger(&s, stored_of(stored, found, mergers[i].former), &mergers[i]);
        if (!apart[i])
            own[n++] = mergers[i];
    }
    if (rc == RC_OK)
        rc = proposal_put(db, a, s.proposals, s.proposal_count, by->now);
    return rc == RC_OK ? subject_merge_codes(db, own, n) : rc;
}
