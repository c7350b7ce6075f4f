/*
 * Targets: the platforms that are told of what is published, each a section of the settings,
 * [target.NAME], with sections of pairs behind it: [target.NAME.headers], one for the fields of
 * each kind of message, and [target.NAME.words]. conf/liancha.ini.example says what each means.
 * Another platform is another section: nothing here or in shared/target knows one by its name.
 */
#ifndef LIANCHA_SYS_TARGET_H
#define LIANCHA_SYS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

enum { TARGETS_MAX = 16, TARGET_AT_ONCE_MAX = 8, TARGET_NAME_MAX = 32 };
enum { TARGET_HEADERS_MAX = 10, TARGET_RECEIPT_MAX = 80 /* of the outbox */ };

enum target_transport { TARGET_HTTPS, TARGET_FILES };
enum target_signature { TARGET_HMAC_SHA256, TARGET_HMAC_SM3 };
enum target_kind { TARGET_INSPECTION, TARGET_PENALTY, TARGET_RETRACTION, TARGET_KINDS };

/* "name=value" lines of one section, in their order. */
struct target_pair {
    const char *name;
    const char *value;
    const struct target_pair *next;
};
struct target_pairs {
    struct target_pair *first; /* NULL: none */
    struct target_pair *last;
};

struct target {
    const char *name;
    enum target_transport transport;
    enum target_signature signature;
    bool takes[TARGET_KINDS]; /* a retraction is for whoever has what it takes back */
    int from_minute;          /* of China's day: messages go within [from, until) */
    int until_minute;
    const char *credential_file;
    const char *app_id; /* NULL until target_credential */
    const char *secret;
    int64_t at_once; /* messages in flight */
    int64_t timeout_ms;
    int64_t idle_ms;     /* pause when there is nothing to send */
    int64_t break_after; /* failures in a row, after which it is left alone for break_ms */
    int64_t break_ms;
    int64_t compare_days; /* what was accepted is compared daily for so long; 0: never */

    struct target_pairs fields[TARGET_KINDS]; /* ours=theirs; none: as it is */
    struct target_pairs words;                /* field.word=theirs */

    /* Codes of an answer or a receipt; "": it has none such. */
    const char *code_accepted;
    const char *code_duplicate;
    const char *code_absent;
    const char *code_nothing;
    const char *code_again;
    const char *receipt_form; /* # a digit, @ a capital hexadecimal digit, else the character */

    /* https; members of an answer are named by a path of names with dots */
    const char *url;
    const char *ca_file;
    const char *client_cert; /* "": none */
    const char *client_key;
    const char *publish_path;
    const char *retract_path;
    const char *receipt_path;
    const char *sign_text;
    const char *envelope;
    struct target_pairs headers;
    const char *answer_code;
    const char *answer_message;
    const char *answer_field;
    const char *answer_receipt;
    const char *answer_message_id;

    /* files */
    const char *directory;
    bool gb18030;
    uint8_t *seen; /* while the settings are read */
};

struct targets {
    struct target v[TARGETS_MAX];
    size_t n;
};

/* One line of the settings. NULL, or why it is refused. */
const char *target_set(struct arena *a, struct targets *ts, const char *section, const char *name,
                       const char *value);
/* Fills in defaults once all lines are read; RC_INVALID with the key as pointer. */
enum rc targets_complete(struct arena *a, struct targets *ts, struct err *err) RC_CHECKED;
/* Reads the credential's file: only pushd, and who tries a target, can. */
enum rc target_credential(struct arena *a, struct target *t, struct err *err) RC_CHECKED;

/* NULL: there is none of that name. */
struct target *target_find(struct targets *ts, const char *name);
/* The kind of message by its name in publications: "inspection", "penalty". */
bool target_takes(const struct target *t, const char *kind);
/* Whether it takes messages at this instant. */
bool target_open_at(const struct target *t, int64_t now);

#endif
