/* The files of schema/, and what the accounts of the programs may do: parts of `migrate`. */
#ifndef LIANCHA_ADMIN_MIGRATE_H
#define LIANCHA_ADMIN_MIGRATE_H

#include "admin/admin.h"
#include "base/digest.h"

enum { SCHEMA_NAME = 80 };

struct schema_file {
    char
        name[SCHEMA_NAME]; /* within the folder: 0005_plan.sql, grants.sql, views/public_draw.sql */
    char sha256[DIGEST_HEX];
    char **statements; /* count of them, without ';' and the comments before them */
    size_t count;
    /* What the database knows of this very text; repeatable files of another text are not known. */
    bool applied;
    size_t done;
    bool begun;
};

/* In the order of their names: the versioned files, grants.sql, the views. */
struct schema_folder {
    const char *path;
    struct schema_file *files;
    size_t count;
    size_t versions; /* how many of them are versioned */
};

/*
 * Reads folder->path. RC_UNAVAILABLE for a file or a folder that cannot be read, RC_INVALID (the
 * name in a->err) for one that is not as schema/README.md has it.
 */
enum rc schema_folder_read(struct admin *a, struct schema_folder *folder) RC_CHECKED;

/*
 * Makes the accounts that grants.sql names hold what it gives them in this database, and nothing
 * else. What stays is not touched. Counts the rights given and taken.
 */
enum rc grants_apply(struct admin *a, const struct schema_file *grants, size_t *given,
                     size_t *taken) RC_CHECKED;

#endif
