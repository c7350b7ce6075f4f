/* What was recorded at the door of a section, append-only; the rules are domain/door's. */
#ifndef LIANCHA_STORE_DOOR_H
#define LIANCHA_STORE_DOOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/field/door.h"
#include "store/evidence/evidence.h"
#include "sys/db.h"

enum { DOOR_OP_ID = 16, DOOR_LIST_MAX = 500 };

extern const char
    *const door_kind_names[]; /* "attendance", "signature", "sample"; ends with NULL */

/* The JSON that the feeds tell; it names the section too. */
const char *door_attendance_body(struct arena *a, int64_t section_id,
                                 const struct door_attendance *x);
const char *door_signature_body(struct arena *a, int64_t section_id,
                                const struct door_signature *x);
const char *door_sample_body(struct arena *a, int64_t section_id, const struct door_sample *x);

struct door_record {
    const uint8_t *op_id; /* DOOR_OP_ID bytes */
    int64_t section_id;
    const char *kind;
    const char *body;

    /* Set by door_list and door_by_id, which leave op_id and section_id out. */
    int64_t id;
    int64_t inspector_id; /* whose phone recorded it */
    const char *card_no;
    int64_t at;
    bool waits; /* for its file to be declared, see door_undeclared */
    struct evidence_write_off written_off;
};

/* Inserts records; ids: their ids, in no order. */
enum rc door_add(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                 const struct door_record *records, size_t n, int64_t **ids,
                 size_t *id_count) RC_CHECKED;
/* The first DOOR_LIST_MAX of a section, in their order. */
enum rc door_list(struct db *db, struct arena *a, int64_t section_id, struct door_record **records,
                  size_t *n) RC_CHECKED;
enum rc door_by_id(struct db *db, struct arena *a, int64_t section_id, int64_t id,
                   struct door_record *out) RC_CHECKED;
/* Signatures of a section whose file no manifest of kind signature declares, and arrivals whose
   photo none does; not those that were recorded again. Those written off, or those that were
   not. */
enum rc door_undeclared(struct db *db, int64_t section_id, bool written_off, int64_t *n) RC_CHECKED;
/* RC_STATE when it was written off. */
enum rc door_write_off(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       const char *reason) RC_CHECKED;

/* An inspector assigned to a section. */
struct door_team {
    int64_t section_id;
    int64_t inspector_id;
    const char *card_no;
};

/* The inspectors of these sections. */
enum rc door_teams(struct db *db, struct arena *a, const int64_t *section_ids, size_t section_count,
                   struct door_team **team, size_t *n) RC_CHECKED;

#endif
