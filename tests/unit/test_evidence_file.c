/* Files of evidence: what the disk has no room for takes none, and goes on later. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "unit.h"

#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "store/evidence/evidence_file.h"
#include "sys/log.h"

enum { LIMIT = 64 << 10, PIECE = 48 << 10 };

static char directory[] = "/tmp/liancha-evidence-XXXXXX";

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int make_directory(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    (void)signal(SIGXFSZ, SIG_IGN);
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A file system's and a process's own largest size of a file end a write alike: EFBIG. */
static void a_piece_that_does_not_fit_is_given_back_and_taken_later(void **state)
{
    static const char bytes[2 * PIECE];
    struct evidence_upload upload = { .id = { 1 }, .size = sizeof bytes };
    struct rlimit before;
    struct stat st;
    digest_bytes(DIGEST_SHA256, bytes, sizeof bytes, upload.sha256);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(evidence_file_append(*state, directory, &upload, 0, bytes, PIECE), RC_OK);
    struct rlimit limit = { LIMIT, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum rc rc = evidence_file_append(*state, directory, &upload, PIECE, bytes, PIECE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(rc, RC_NO_SPACE);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/partial/01000000000000000000000000000000", directory);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, PIECE);
    assert_int_equal(evidence_file_append(*state, directory, &upload, PIECE, bytes, PIECE), RC_OK);
    assert_int_equal(evidence_file_verify(*state, directory, &upload), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_piece_that_does_not_fit_is_given_back_and_taken_later),
    };
    return cmocka_run_group_tests_name("evidence_file", tests, make_directory, remove_directory);
}
