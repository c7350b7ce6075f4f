#include "store/directory/person.h"

#include <string.h>

#include "base/digest.h"
#include "domain/directory/citizen.h"
#include "domain/publish/personal.h"
#include "sys/random.h"

DB_STMT(subject_person_insert, "bt", "", "INSERT INTO subject_person (digest, code) VALUES (?, ?)");
DB_STMT(subject_person_select, "b", "t", "SELECT code FROM subject_person WHERE digest = ?");
/* Also what another import made meanwhile. */
DB_STMT(subject_person_newest, "b", "t",
        "SELECT code FROM subject_person WHERE digest = ? LOCK IN SHARE MODE");

enum { CODE_SIZE = 18, HEAD_SIZE = sizeof PERSONAL_CODE - 1 };

static const char *new_code(struct arena *a)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char *code = arena_strdup(a, PERSONAL_CODE "000000000000000");
    for (size_t i = HEAD_SIZE; i < CODE_SIZE; i++)
        code[i] = alphabet[random_below(sizeof alphabet - 1)];
    return code;
}

struct text {
    struct arena *arena;
    const char *text;
};

static void read_text(const struct db_query *q, void *data)
{
    struct text *t = data;
    t->text = db_col_dup(q, 0, t->arena);
}

static void digest_of(const struct keyring *keys, size_t key, const char *number,
                      uint8_t out[DIGEST_SIZE])
{
    hmac_sha256(keys->key[key], SEAL_KEY_SIZE, number, strlen(number), out);
}

/* By whichever key the person was met first. */
static enum rc select_code(struct db *db, struct arena *a, const struct db_stmt *stmt,
                           const struct keyring *keys, const char *number, const char **code)
{
    struct text t = { .arena = a };
    enum rc rc = RC_NOT_FOUND;
    for (size_t i = 0; rc == RC_NOT_FOUND && i < keys->n; i++) {
        uint8_t digest[DIGEST_SIZE];
        digest_of(keys, i, number, digest);
        rc = db_one(db, stmt, DB_ARGS(db_bytes(digest, sizeof digest)), read_text, &t);
    }
    if (rc == RC_OK)
        *code = t.text;
    return rc;
}

enum rc person_code(struct db *db, struct arena *a, const struct keyring *keys, const char *number,
                    const char **code)
{
    bool both;
    return citizen_number(number, &both)
               ? select_code(db, a, &subject_person_select, keys, number, code)
               : RC_NOT_FOUND;
}

enum rc person_hide(struct db *db, struct arena *a, const struct keyring *keys, const char **number)
{
    enum rc rc = select_code(db, a, &subject_person_newest, keys, *number, number);
    if (rc != RC_NOT_FOUND)
        return rc;
    uint8_t digest[DIGEST_SIZE];
    digest_of(keys, 0, *number, digest);
    rc = db_exec(db, &subject_person_insert,
                 DB_ARGS(db_bytes(digest, sizeof digest), db_text(new_code(a))));
    if (rc == RC_OK || rc == RC_CONFLICT) /* another import was first */
        rc = select_code(db, a, &subject_person_newest, keys, *number, number);
    return rc;
}
