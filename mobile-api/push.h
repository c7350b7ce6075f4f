/*
 * Push: what the parts of it share.
 *
 *   push.c        the request: order of locks and reads, the reply
 *   push_read.c   the body, cut into operations
 *   push_op.c     one operation: its members, the ledger's answer, its outcome
 *   push_fields.c fields of a record: their form
 *   push_answer.c answers to checklists
 *   push_apply.c  what an operation does to the records in memory
 *   push_door.c   attendance, the enterprise's signature, samples
 *   push_sign.c   the sign-off of a section
 *   push_clock.c  what the device's clocks say
 *   push_held.c   what waits at the desk
 *   push_store.c  writes what the operations changed
 *
 * Operations are decided one after the other on records in memory, under the locks of their
 * sections; the rows are written once at the end.
 */
#ifndef LIANCHA_MOBILE_PUSH_H
#define LIANCHA_MOBILE_PUSH_H

#include "domain/field/merge.h"
#include "store/evidence/evidence.h"
#include "store/field/checklist.h"
#include "store/field/device.h"
#include "store/field/door.h"
#include "store/field/feed.h"
#include "store/field/held.h"
#include "store/field/record.h"
#include "store/field/syncop.h"
#include "web/web.h"

enum {
    PUSH_OPS_MAX = 200,
    PUSH_UUID_TEXT = 37,
    PUSH_GROUP_MAX = 64,                                     /* characters */
    PUSH_TEXT_MAX = 2000,                                    /* characters of a text field */
    PUSH_FIELDS_MAX = RECORD_FIELDS_MAX + RECORD_ANSWERS_MAX /* of one operation */
};

enum push_entity {
    PUSH_UNKNOWN,
    PUSH_CHECK_RESULT,
    PUSH_SECTION,
    PUSH_SIGN,
    PUSH_EVIDENCE, /* this and the next are appended: their section is a field */
    PUSH_ATTENDANCE,
    PUSH_SIGNATURE,
    PUSH_SAMPLE
};

enum push_outcome {
    PUSH_OPEN, /* not decided yet */
    PUSH_APPLIED,
    PUSH_MERGED,
    PUSH_CONFLICT,
    PUSH_DEFERRED,
    PUSH_REJECTED,
    PUSH_DUPLICATE
};

/* Why an operation was rejected or deferred; the names are part of the protocol. */
enum push_problem {
    PUSH_NO_PROBLEM,
    PUSH_P_MALFORMED,
    PUSH_P_INVALID,
    PUSH_P_NOT_FOUND,
    PUSH_P_NOT_ASSIGNED,
    PUSH_P_SEALED,
    PUSH_P_REASSIGNED,
    PUSH_P_DELETED,
    PUSH_P_INCOMPLETE,
    PUSH_P_CONFLICT_OPEN,
    PUSH_P_CONFLICTS_FULL,
    PUSH_P_ID_REUSED,
    PUSH_P_FORKED,
    PUSH_P_AFTER_MISSING,
    PUSH_P_AFTER_REJECTED,
    PUSH_P_GROUP_FAILED,
    PUSH_P_GROUP_SPLIT
};

struct push_op {
    const cJSON *tree;
    char id_text[PUSH_UUID_TEXT];
    uint8_t id[SYNCOP_ID];
    int64_t counter;
    const char *body; /* canonical */
    uint8_t body_hash[DIGEST_SIZE];

    enum push_entity entity;
    int64_t entity_id; /* of what is appended: of its section */
    int64_t base_version;
    const cJSON *fields;
    const char *group; /* NULL: on its own */
    bool has_after;
    char after_text[PUSH_UUID_TEXT];
    uint8_t after[SYNCOP_ID];

    enum push_outcome outcome;
    enum push_problem problem;
    struct err err;     /* pointer and detail of the problem */
    int64_t version;    /* of the record afterwards; 0: it has none */
    const char *result; /* of a duplicate: the outcome object as it was first sent */
    bool again;         /* the ledger has it as deferred */
    bool unrecorded;    /* the ledger's keys are taken by another operation */
};

struct push_batch {
    struct web_ctx *c;
    struct push_op *ops;
    size_t n;
    struct device_journal journal;
    const struct device_clock *clock; /* NULL: it did not say */
    int64_t counter;                  /* highest so far, grows through the batch */
    struct syncop *known;
    size_t known_count;
    struct record_section *sections;
    size_t section_count;
    struct record_code *codes;
    size_t code_count;
    struct checklist_pinned *checklists; /* those that operations of the batch are held against */
    size_t checklist_count;
    struct syncop_conflict *open_conflicts; /* of these sections, marked resolved on the way */
    size_t open_count;
    struct syncop_conflict *new_conflicts;
    size_t new_count;
    struct evidence *manifests;
    size_t manifest_count;
    struct door_record *doors;
    size_t door_count;
    struct door_team *team; /* who is assigned to these sections, when attendance is recorded */
    size_t team_count;
    struct feed_lost *lost; /* what the inspector may not reach any more, of what is written to */
    size_t lost_count;
    struct held *held; /* for the desk */
    size_t held_count;
    struct push_undo *undo; /* of the group in hand, newest first */
};

/* ---- push_read.c ---- */

/* The operations of the body; RC_MALFORMED or RC_INVALID when it is no batch, or one of them has no
   id or counter. */
enum rc push_read(struct push_batch *b) RC_CHECKED;

/* ---- push_op.c ---- */

/* Reads id and counter, without which an operation cannot be answered. tree: NULL when it is
   none. */
enum rc push_op_identify(struct web_ctx *c, const cJSON *tree, size_t index,
                         struct push_op *op) RC_CHECKED;
/* Reads the other members; a fault rejects the operation. */
void push_op_parse(struct push_op *op);
/* Rejects or defers; pointer is below the operation. */
void push_op_refuse(struct push_op *op, enum push_outcome outcome, enum push_problem problem,
                    const char *pointer, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Asks the ledger and the operations before it in the batch whether id and counter are free. */
void push_op_recall(struct push_batch *b, size_t index);
/* The result of an operation changed: those behind it, up to end, that are the same again repeat
   it. */
void push_op_repeat(struct push_batch *b, size_t index, size_t end);
/* Whether its dependency took effect; defers or rejects it otherwise. */
bool push_op_ready(struct push_batch *b, size_t index);
const char *push_outcome_name(enum push_outcome outcome);
/* The outcome object. */
const char *push_op_result(struct web_ctx *c, const struct push_op *op);

/* ---- push_fields.c ---- */

/* The op's fields as changes of a record in canonical form; false when it was rejected. check: the
   check result that it is about, NULL when it is about a section or the record is gone. */
bool push_fields_read(struct push_batch *b, struct push_op *op, const struct record *check,
                      struct merge_change **changes, size_t *n);
/* How many fields the operation brings, at most PUSH_FIELDS_MAX. */
size_t push_fields_count(const struct push_op *op);
/* The op's fields as a manifest; false when it was rejected. */
bool push_fields_manifest(struct push_batch *b, struct push_op *op, struct evidence *manifest);
/* The section that the fields name, 0 when there is none of that form. */
int64_t push_fields_section(const cJSON *fields);

/* ---- push_apply.c ---- */

/* Decides the operations of the batch in their order. */
void push_apply(struct push_batch *b);
/*
 * Whether the operation is to be read at all; why: what keeps an edit from the section for all
 * that, so that it goes to the desk.
 */
bool push_admitted(const struct push_batch *b, struct push_op *op,
                   const struct record_section *section, const char *pointer,
                   enum push_problem *why);
/* Keeps bytes as they are before an operation of the group in hand changes them. */
void push_remember(struct push_batch *b, void *place, size_t size);
/* NULL when it is not among those locked. */
struct record_section *push_find_section(const struct push_batch *b, int64_t id);
struct record *push_find_check(const struct push_batch *b, int64_t id,
                               struct record_section **section);
struct record *push_find_check_of(struct record_section *section, int64_t id);

/* ---- push_answer.c ---- */

/* Reads the checklists against which answers and sign-offs of the batch are held. */
enum rc push_answer_lists(struct push_batch *b) RC_CHECKED;
/* Whether the value of field "answer.…" is an answer; rejects the operation otherwise. */
bool push_answer_read(struct push_batch *b, struct push_op *op, const struct record *check,
                      const cJSON *field, const char **value);
/* Whether all checks of the section are answered as their results say; rejects the sign-off
   otherwise. */
bool push_answer_complete(struct push_batch *b, struct push_op *op,
                          const struct record_section *section);

/* ---- push_door.c ---- */

/* Reads who may be recorded as attending. */
enum rc push_door_teams(struct push_batch *b) RC_CHECKED;
void push_door_apply(struct push_batch *b, struct push_op *op);

/* ---- push_sign.c ---- */

/* Reads how many inspectors have to attend (R33), for the sections that the batch signs. */
enum rc push_sign_minimum(struct push_batch *b) RC_CHECKED;
void push_sign(struct push_batch *b, struct push_op *op);
/* The class that the reference data gives a code. */
enum result_class push_class_of(const struct push_batch *b, const char *code);

/* ---- push_clock.c ---- */

/* The envelope's "clock". One that makes no sense is passed over: it decides nothing. */
void push_clock_read(struct push_batch *b, const char *text, size_t n);
enum rc push_clock_store(struct push_batch *b) RC_CHECKED;

/* ---- push_held.c ---- */

/* Reads what of the targets was taken from the inspector or deleted. */
enum rc push_held_read(struct push_batch *b) RC_CHECKED;
/* What keeps the operation from its section, which is NULL when there is none. */
enum push_problem push_held_obstacle(const struct push_batch *b, const struct push_op *op,
                                     const struct record_section *section);
/* Keeps an edit for the desk: SEALED, REASSIGNED or DELETED; fields: JSON in canonical form. */
void push_held_keep(struct push_batch *b, struct push_op *op, const struct record_section *section,
                    enum push_problem why, const char *entity, const char *fields);
enum rc push_held_store(struct push_batch *b) RC_CHECKED;

/* ---- push_store.c ---- */

/* Writes records, manifests, conflicts, ledger, journal and feeds. */
enum rc push_store(struct push_batch *b) RC_CHECKED;

#endif
