/*
 * lianchactl: one row of the table in main.c per command, one file per subject.
 *
 * A command prints its result on standard output (a JSON document with --json), progress and faults
 * on standard error, and returns its exit code.
 */
#ifndef LIANCHA_ADMIN_ADMIN_H
#define LIANCHA_ADMIN_ADMIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/settings.h"

enum {
    EXIT_OK = 0,
    EXIT_REFUSED = 1, /* a check failed, or data was refused */
    EXIT_USAGE = 2,
    EXIT_ENVIRONMENT = 3, /* settings, files, database */
};

#define ADMIN_ARENA_MAX ((size_t)8192 << 20) /* bytes */

struct admin {
    struct arena *arena;
    const struct settings *settings; /* NULL for a command that needs none */
    const char *section;             /* of the settings, "admin" for most: whose rights it has */
    const char *config;              /* the file of the settings */
    struct db *db;                   /* NULL for a command that needs none */
    bool json;
    struct err err;
};

/* Arguments are those behind the command's own words. */
typedef int admin_command(struct admin *a, int argc, char **argv);

admin_command admin_status;
admin_command admin_backup;
admin_command admin_backup_verify;
admin_command admin_restore;
admin_command admin_migrate;
admin_command admin_load_reference;
admin_command admin_import;
admin_command admin_import_apply;
admin_command admin_import_report;
admin_command admin_import_task_table;
admin_command admin_import_checklists;
admin_command admin_user_add;
admin_command admin_user_unlock;
admin_command admin_user_disable;
admin_command admin_user_password;
admin_command admin_user_except;
admin_command admin_draw_verify;
admin_command admin_draw_run;
admin_command admin_draw_stamp;
admin_command admin_feeds_purge;
admin_command admin_feeds_restored;
admin_command admin_audit_verify;
admin_command admin_audit_list;
admin_command admin_audit_export_heads;
admin_command admin_key_rotate;
admin_command admin_retention;
admin_command admin_retention_purge;
admin_command admin_outbox_status;
admin_command admin_target_test;
admin_command admin_evidence_tidy;
admin_command admin_evidence_scrub;

/* A fault in the arguments: prints why on standard error, gives EXIT_USAGE. */
int admin_usage(const char *why);
/* Prints rc and a->err on standard error and gives the exit code that fits. */
int admin_fault(struct admin *a, enum rc rc);

/* The whole file, ended by a NUL; NULL when it cannot be read or is longer than max. */
char *admin_read_file(struct admin *a, const char *path, size_t max);

/*
 * Options of a command, "--name value" or a lone "--flag", taken out of argv in place: returns the
 * number of arguments that remain, or -1 after printing what is wrong.
 */
struct admin_option {
    const char *name;   /* with its dashes; NULL ends the list */
    const char **value; /* for an option with a value */
    bool *flag;         /* for a flag */
};
int admin_options(int argc, char **argv, const struct admin_option *options);

/* A new epoch of the sync, on record. */
enum rc admin_begin_epoch(struct admin *a) RC_CHECKED;
/* All chains against the keys of their programs, and against heads unless NULL; on record when all
   of it held. RC_CHECKSUM names the first that did not. */
struct audit_heads;
struct audit_count;
enum rc admin_audit_check(struct admin *a, const struct audit_heads *known,
                          struct audit_count *count) RC_CHECKED;

/* A path as an audit event's target names it: of a long one its end. */
const char *admin_path(struct arena *a, const char *path);
/* Writes the audit event of a command, within its transaction; detail is a JSON object. */
enum rc admin_audit(struct admin *a, const char *action, const char *target,
                    const char *detail) RC_CHECKED;

#endif
