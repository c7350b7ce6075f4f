/*
 * What is recorded at the door: who attended, when and where (R33), the enterprise's signature or
 * its refusal, samples handed to a laboratory. Each is recorded once and stays; what was wrong is
 * recorded again, and the later counts.
 */
#ifndef LIANCHA_DOMAIN_DOOR_H
#define LIANCHA_DOMAIN_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"

enum {
    DOOR_NAME_MAX = 60, /* characters, as the next ones */
    DOOR_REASON_MAX = 200,
    DOOR_NUMBER_MAX = 40,
    DOOR_PRODUCT_MAX = 100,
    DOOR_UNIT_MAX = 20,
    DOOR_LABORATORY_MAX = 120,
    DOOR_ACCURACY_MAX = 100000, /* metres */
    DOOR_CODE_MAX = 64,         /* characters of a code as it is typed */
    DOOR_INSPECTORS = 2,        /* per department at a visit: R33 where no rule says otherwise */
    DOOR_ATTENDED_MAX = 20      /* inspectors of one section */
};

/* An inspector arrived or left. */
struct door_attendance {
    const char *card_no;
    const char *event; /* "arrived", "left" */
    int64_t at;
    bool has_lon;
    bool has_lat;
    double lon;
    double lat;
    bool has_accuracy;
    double accuracy;       /* metres */
    const char *how;       /* of an arrival: "scanned" or "typed" the door code, or "photo" */
    const char *door_code; /* of the first two */
    const char *sha256;    /* of the photo */
};

/* The enterprise signed, or refused to (拒绝签字). */
struct door_signature {
    const char *outcome; /* "signed", "refused" */
    int64_t at;
    const char *name; /* who signed, or was asked to; NULL: not known */
    const char *position;
    const char *sha256;  /* of the signature, when signed */
    const char *reason;  /* when refused */
    const char *witness; /* when refused */
};

struct door_sample {
    const char *number;
    const char *name;
    const char *quantity; /* a decimal as answers have it, above 0 */
    const char *unit;
    const char *batch; /* NULL: none */
    bool sealed;
    const char *laboratory;
    int64_t handed_over_at;
    int64_t check_result_id; /* 0: of the whole section */
};

/* Whether a code that a person typed (UTF-8) is that code: without regard to case, width, blanks,
   hyphens and what nobody sees. */
bool door_code_same(const char *typed, const char *code);

/* RC_INVALID with the pointer "/fields/…". door_code: of the visit, NULL when it is not known;
   former: what it was before the visit was moved, NULL for none. */
enum rc door_attendance_check(const struct door_attendance *a, const char *door_code,
                              const char *former, struct err *err) RC_CHECKED;
enum rc door_signature_check(const struct door_signature *s, struct err *err) RC_CHECKED;
enum rc door_sample_check(const struct door_sample *s, struct err *err) RC_CHECKED;

#endif
