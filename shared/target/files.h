/*
 * A target behind a front-end machine (前置机): files that it fetches and files that it brings, in
 * the folders of one directory of one file system.
 *
 *   out/      ID.csv, a message as a table, and ID.manifest, by which it is handed over
 *   in/       NAME.csv with receipts and NAME.manifest: after a header line, a line a message with
 *             its number, the code, the receipt and what a person should read
 *   own/      what is ours to remember: sent/ID, a message that was handed over; known/ID, its
 *             receipt; taken/, the files of receipts
 *
 * A message is handed over once, whatever dies when: its manifest is a file of work/ that has a
 * second name in sent/ before it is moved to out/, so that sent/ alone says that it was. Several
 * pushers write one after the other, under own/lock. The far side writes to in/ and to nothing
 * else: what is no plain file there is not read.
 */
#ifndef LIANCHA_TARGET_FILES_H
#define LIANCHA_TARGET_FILES_H

#include "base/arena.h"
#include "base/rc.h"
#include "sys/target.h"
#include "target/answer.h"
#include "target/shape.h"

/* Makes the folders. RC_UNAVAILABLE with the reason when it cannot. */
enum rc files_open(const struct target *t, struct err *err) RC_CHECKED;
/* The file of a message, as it would be handed over. RC_INVALID as in shape. */
enum rc files_table(struct arena *a, const struct target *t, const struct target_message *m,
                    const char **bytes, size_t *n, struct err *err) RC_CHECKED;

/* Hands it over, unless it was: ANSWER_WAITING. */
void files_send(struct arena *a, const struct target *t, const struct target_message *m,
                struct answer *out);
/* By its receipt; ANSWER_WAITING when it was handed over, ANSWER_ABSENT when not. */
void files_ask(struct arena *a, const struct target *t, const struct target_message *m,
               struct answer *out);

/* After a refusal: it may be handed over once more, and its next receipt holds. */
void files_again(struct arena *a, const struct target *t, const struct target_message *m);

/* Takes in the files of receipts that are whole; half ones are left until they are. Of several
   receipts of a message the one that came first holds. */
void files_take(struct arena *a, const struct target *t);

/* For the files of this folder. */
char *files_path(struct arena *a, const struct target *t, const char *folder, const char *name,
                 const char *suffix);
enum { FILES_MAX = 4 << 20, FILES_MANIFEST_MAX = 4096 };
/* NULL when it is no plain file, cannot be read, or has more than max bytes. */
char *files_read(struct arena *a, const char *path, size_t max, size_t *n);
/* The names in that folder are on the disk. */
bool files_keep(const char *path);
/* Waits until no other pusher writes there; -1: it cannot be had. */
int files_lock(struct arena *a, const struct target *t);
void files_unlock(int lock);
/* As a file of that path that is whole or not there, by way of one in own/; under the lock. */
bool files_write(struct arena *a, const struct target *t, const char *path, const char *bytes,
                 size_t n, bool replaces);

#endif
