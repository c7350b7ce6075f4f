/* What the store tests share: a connection and an arena, and the reference data once. */
#ifndef LIANCHA_TESTS_HARNESS_H
#define LIANCHA_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "import/import.h"
#include "sys/db.h"
#include "sys/settings.h"

struct harness {
    struct arena *arena;
    struct settings settings;
    struct db *db; /* with the account of the section given */
};

/* Opens with the account of a section of LIANCHA_CONFIG. */
struct harness *harness_open(const char *section);
void harness_close(struct harness *h);
/* Runs SQL as the owner of all tables, who may do what no program's account may. */
void harness_sql(const char *sql);
/* Loads schema/reference; a second time changes nothing. */
void harness_reference(struct harness *h);

/* Opens as lianchactl, with the reference data and without what files bring: directories, subjects,
   inspectors, items, lists and checks. */
struct harness *harness_imports(void);
/* Imports n bytes as a file. */
enum rc harness_import(struct harness *h, const struct import_request *request, const char *bytes,
                       size_t n, struct import_record *record, struct err *err);

#define assert_rc(expected, actual) assert_string_equal(rc_name(expected), rc_name(actual))

#endif
