#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/directory/reference.h"
#include "sys/log.h"

struct harness *harness_open(const char *section)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct harness *h = arena_alloc(a, sizeof *h);
    struct err err = { .rc = RC_OK };
    const char *config = getenv("LIANCHA_CONFIG");
    h->arena = a;
    log_init("test", LOG_ERROR);
    assert_non_null(config);
    enum rc rc = settings_load(a, config, section, &h->settings, &err);
    if (rc == RC_OK)
        rc = db_open(&h->settings, 0, &h->db, &err);
    if (rc != RC_OK)
        fail_msg("%s %s", err.pointer, err.detail);
    return h;
}

void harness_close(struct harness *h)
{
    db_close(h->db);
    arena_free(h->arena);
}

void harness_sql(const char *sql)
{
    struct harness *h = harness_open("migrate");
    struct err err = { .rc = RC_OK };
    if (db_script(h->db, sql, &err) != RC_OK)
        fail_msg("%s", err.detail);
    harness_close(h);
}

static enum rc load_all(struct db *db, void *data, struct err *err)
{
    struct harness *h = data;
    enum rc rc = RC_OK;
    for (int kind = 0; rc == RC_OK && kind < REFERENCE_COUNT; kind++) {
        int64_t rows = 0;
        FILE *in = fopen(arena_printf(h->arena, "%s/schema/reference/%s", SOURCE_FOLDER,
                                      reference_file((enum reference_kind)kind)),
                         "re");
        assert_non_null(in);
        rc = reference_load(db, h->arena, (enum reference_kind)kind, in, &rows, err);
        (void)fclose(in);
        assert_true(rows > 0);
    }
    return rc;
}

void harness_reference(struct harness *h)
{
    struct err err = { .rc = RC_OK };
    if (db_transaction(h->db, load_all, h, &err) != RC_OK)
        fail_msg("%s %s", err.pointer, err.detail);
}

struct harness *harness_imports(void)
{
    static const char *const tables[] = {
        "directory_departure",
        "import_change",
        "import_line",
        "record_change",
        "import",
        "directory_entry",
        "subject_word",
        "subject",
        "inspector_specialty",
        "inspector_area",
        "inspector",
        "inspection_item",
        "listing",
        "check_history",
        "directory",
    };
    struct harness *h = harness_open("migrate");
    struct err err = { .rc = RC_OK };
    enum rc rc = db_script(h->db, "SET FOREIGN_KEY_CHECKS = 0", &err);
    for (size_t i = 0; rc == RC_OK && i < sizeof tables / sizeof tables[0]; i++)
        rc = db_script(h->db, arena_printf(h->arena, "DELETE FROM %s", tables[i]), &err);
    if (rc != RC_OK)
        fail_msg("%s", err.detail);
    harness_close(h);
    h = harness_open("admin");
    harness_reference(h);
    return h;
}

enum rc harness_import(struct harness *h, const struct import_request *request, const char *bytes,
                       size_t n, struct import_record *record, struct err *err)
{
    struct import_request whole = *request;
    FILE *in = fmemopen(arena_memdup(h->arena, bytes, n), n, "r");
    assert_non_null(in);
    whole.person_keys = &h->settings.person_keys;
    enum rc rc = import_file(h->db, h->arena, &whole, in, record, err);
    (void)fclose(in);
    return rc;
}
