/*
 * A backup is a folder of its own below the folder of backups, named by the instant it was begun:
 *   database.mbstream.age   the whole server, by mariadb-backup; or what changed since another one
 *   evidence.tar.age        the folder of evidence; or what came since then
 *   settings.tar.age        the settings, and the passwords and keys that they name
 *   manifest                each file's size and SHA-256, the backup it rests on, and a last line
 *
 * The archives are of mbstream and tar, sealed by age to a public key: whoever has the other half
 * opens them without Liancha. Under its name it is whole and was read again; one that is being made
 * is called "part".
 */
#ifndef LIANCHA_ADMIN_BACKUP_BACKUP_H
#define LIANCHA_ADMIN_BACKUP_BACKUP_H

#include <stdint.h>

#include "admin/backup/programs.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/rc.h"

/* A clock may have been put right meanwhile, by a day and more: files of so much earlier are taken
   once more. */
#define BACKUP_OVERLAP_MS (INT64_C(26) * 3600 * 1000)

enum { BACKUP_FILES = 3, BACKUP_NAME = 32, BACKUP_EPOCH = 37 };

enum backup_file { BACKUP_DATABASE, BACKUP_EVIDENCE, BACKUP_SETTINGS };
extern const char *const backup_file_names[BACKUP_FILES];

struct manifest {
    int64_t at;               /* when it was begun */
    char base[BACKUP_NAME];   /* what it rests on; "" for a whole one */
    char epoch[BACKUP_EPOCH]; /* of the sync: positions of another one say nothing */
    int64_t from, to;         /* positions in InnoDB's log */
    int64_t stored;           /* files of evidence that were older then than BACKUP_OVERLAP_MS */
    struct {
        int64_t size;
        char sha256[DIGEST_HEX];
    } files[BACKUP_FILES];
    char digest[DIGEST_HEX]; /* of the manifest itself */
};

/* "2026-12-03T06-35-40.123Z": they sort by time. */
void backup_name(char out[BACKUP_NAME], int64_t at);

/* Writes the manifest into folder, durably, and its digest into *m. */
enum rc manifest_save(struct arena *a, const char *folder, struct manifest *m,
                      struct err *err) RC_CHECKED;
/* RC_NOT_FOUND without one, RC_CHECKSUM for one that is not as it was written. */
enum rc manifest_load(struct arena *a, const char *folder, struct manifest *m,
                      struct err *err) RC_CHECKED;
/* Reads every file again, from the disk; RC_CHECKSUM names the first that is not what it was. */
enum rc manifest_check(struct arena *a, const char *folder, const struct manifest *m,
                       struct err *err) RC_CHECKED;

/* Copies in to its end into a new file of folder, durably; size and digest go to *m. */
enum rc backup_store(struct arena *a, const char *folder, enum backup_file which, int in,
                     struct manifest *m, struct err *err) RC_CHECKED;
/* What was renamed or made in a folder is durable. */
enum rc backup_sync(const char *folder, struct err *err) RC_CHECKED;

/* Starts what opens one file of a backup with the private key; *out reads it. */
enum rc backup_open(struct arena *a, struct programs *p, const char *folder, enum backup_file which,
                    const char *identity, int *out, struct err *err) RC_CHECKED;

#endif
