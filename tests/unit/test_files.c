/* An exchange of files with a front-end machine: each message handed over once, whatever died when;
   each receipt believed when it is whole and signed. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "unit.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/files.h"
#include "target/manifest.h"

#define ID "0196f0c0-0000-7000-8000-00000000000"
#define HEADER "message,code,receipt,text\r\n"

static struct target_pair columns[] = { { "message", "id", NULL }, { "uscCode", "code", NULL } };
static char directory[] = "/tmp/liancha-files-XXXXXX";
static struct target target = { .name = "front",
                                .transport = TARGET_FILES,
                                .signature = TARGET_HMAC_SM3,
                                .secret = "secret",
                                .directory = directory,
                                .gb18030 = true,
                                .code_accepted = "0",
                                .code_duplicate = "1",
                                .code_nothing = "9",
                                .receipt_form = "K##" };
static const struct target_message message = { .message_id = ID "1",
                                               .body = "{\"uscCode\":\"x\"}" };

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int make_folder(void **state)
{
    struct err err = { .rc = RC_OK };
    columns[0].next = &columns[1];
    for (int kind = 0; kind < TARGET_KINDS; kind++)
        target.fields[kind].first = columns;
    (void)unit_arena(state);
    memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
    return mkdtemp(directory) && files_open(&target, &err) == RC_OK ? 0 : -1;
}

static int drop_folder(void **state)
{
    arena_free(*state);
    return nftw(directory, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static char *path(struct arena *a, const char *folder, const char *name)
{
    return files_path(a, &target, folder, name, "");
}

static bool exists(struct arena *a, const char *folder, const char *name)
{
    return access(path(a, folder, name), F_OK) == 0;
}

static enum answer_verdict sent(struct arena *a)
{
    struct answer answer;
    files_send(a, &target, &message, &answer);
    return answer.verdict;
}

static enum answer_verdict asked(struct arena *a, const char *id, struct answer *out)
{
    const struct target_message m = { .message_id = id, .body = "{}", .retracts = id[35] == '9' };
    files_take(a, &target);
    files_ask(a, &target, &m, out);
    return out->verdict;
}

static void put(struct arena *a, const char *folder, const char *name, const char *bytes, size_t n)
{
    assert_true(files_write(a, &target, path(a, folder, name), bytes, n, true));
}

/* The machine fetches what was handed over: whether there was a manifest. */
static bool fetched(struct arena *a)
{
    bool manifest = remove(path(a, "out", ID "1.manifest")) == 0;
    if (manifest)
        assert_int_equal(remove(path(a, "out", ID "1.csv")), 0);
    return manifest;
}

static void a_message_is_a_table_with_a_signed_note(void **state)
{
    struct manifest m;
    size_t n;
    assert_int_equal(sent(*state), ANSWER_WAITING);
    const char *csv = files_read(*state, path(*state, "out", ID "1.csv"), FILES_MAX, &n);
    assert_string_equal(csv, "id,code\r\n" ID "1,x\r\n");
    size_t size;
    char *note = files_read(*state, path(*state, "out", ID "1.manifest"), FILES_MAX, &size);
    assert_int_equal(manifest_read(*state, &target, note, &m), MANIFEST_GOOD);
    assert_string_equal(m.file, ID "1.csv");
    assert_true(manifest_fits(&target, &m, csv, n));
}

static void it_is_handed_over_once_whatever_died_when(void **state)
{
    struct arena *a = *state;
    struct answer answer;
    for (int died = 0; died < 4; died++) {
        char *work = path(a, "own/work", ID "1");
        char *kept = path(a, "own/sent", ID "1");
        (void)remove(kept);
        (void)remove(path(a, "out", ID "1.csv"));
        if (died > 0)
            put(a, "out", ID "1.csv", "half", 4);
        if (died > 1)
            put(a, "own/work", ID "1", "half", 4);
        if (died > 2) {
            char *csv = "id,code\r\n" ID "1,x\r\n";
            char *note = manifest_write(a, &target, MANIFEST_MESSAGE, ID "1.csv", csv, strlen(csv));
            put(a, "out", ID "1.csv", csv, strlen(csv));
            put(a, "own/work", ID "1", note, strlen(note));
            assert_int_equal(link(work, kept), 0);
        }
        assert_int_equal(asked(a, ID "1", &answer), ANSWER_ABSENT);
        assert_int_equal(sent(a), ANSWER_WAITING);
        assert_int_equal(asked(a, ID "1", &answer), ANSWER_WAITING);
        assert_true(fetched(a));
        assert_int_equal(sent(a), ANSWER_WAITING);
        assert_false(fetched(a));
        (void)remove(work);
    }
}

/* Each begins before any has ended; one is stopped where it stands. */
static void of_several_pushers_at_once_one_hands_it_over(void **state)
{
    enum { PUSHERS = 4, ROUNDS = 8 };
    for (int round = 0; round < ROUNDS; round++) {
        pid_t pushers[PUSHERS];
        (void)remove(path(*state, "own/sent", ID "1"));
        for (int i = 0; i < PUSHERS; i++) {
            pushers[i] = fork();
            assert_true(pushers[i] >= 0);
            if (pushers[i] == 0)
                _exit(sent(*state) == ANSWER_WAITING ? 0 : 1);
        }
        assert_int_equal(kill(pushers[0], SIGKILL), 0);
        for (int i = 0; i < PUSHERS; i++) {
            int status = 0;
            assert_int_equal(waitpid(pushers[i], &status, 0), pushers[i]);
            assert_true(i == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        }
        assert_true(fetched(*state));
        assert_int_equal(sent(*state), ANSWER_WAITING);
        assert_false(fetched(*state) || exists(*state, "out", ID "1.csv"));
    }
}

static void bring(struct arena *a, const char *name, const char *csv, size_t cut,
                  const char *secret)
{
    const char *ours = target.secret;
    target.secret = secret;
    char *file = arena_printf(a, "%s.csv", name);
    char *note = manifest_write(a, &target, MANIFEST_RECEIPTS, file, csv, strlen(csv));
    target.secret = ours;
    put(a, "in", file, csv, strlen(csv) - cut);
    put(a, "in", arena_printf(a, "%s.manifest", name), note, strlen(note));
}

static void receipts_come_in_any_order_and_the_first_holds(void **state)
{
    struct answer answer;
    bring(*state, "b", HEADER ID "1,0,K22,\xB3\xC9\xB9\xA6\r\n" ID "1,7,,no\r\n" ID "9,9,,\r\n", 0,
          "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ACCEPTED);
    assert_string_equal(answer.receipt, "K22");
    bring(*state, "a", HEADER ID "1,0,K11,\r\n" ID "2,7,,\"\xC3\xFB\xB3\xC6\xB2\xBB\xB7\xFB\"\r\n",
          0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ACCEPTED);
    assert_string_equal(answer.receipt, "K22");
    assert_int_equal(asked(*state, ID "2", &answer), ANSWER_REFUSED);
    assert_string_equal(answer.reason, "7 名称不符");
    assert_int_equal(asked(*state, ID "9", &answer), ANSWER_NOTHING);
    assert_int_equal(asked(*state, ID "3", &answer), ANSWER_ABSENT);
    assert_false(exists(*state, "in", "a.csv") || exists(*state, "in", "b.manifest"));
}

static void what_was_refused_is_handed_over_again_when_it_is_asked_for(void **state)
{
    struct answer answer;
    assert_int_equal(sent(*state), ANSWER_WAITING);
    assert_true(fetched(*state));
    bring(*state, "a", HEADER ID "1,7,,no\r\n", 0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_REFUSED);
    files_again(*state, &target, &message);
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    assert_int_equal(sent(*state), ANSWER_WAITING);
    assert_true(fetched(*state));
    bring(*state, "b", HEADER ID "1,0,K22,\r\n", 0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ACCEPTED);
}

static void half_a_file_waits_for_its_other_half(void **state)
{
    struct answer answer;
    static const char csv[] = HEADER ID "1,0,K22,\r\n" ID "2,0,K33,\r\n";
    put(*state, "in", "a.csv", csv, strlen(csv)); /* no note yet */
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    bring(*state, "a", csv, 14, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    put(*state, "in", "a.manifest", "file=a.csv\nbytes", 16);
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    bring(*state, "a", csv, 0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ACCEPTED);
    assert_int_equal(asked(*state, ID "2", &answer), ANSWER_ACCEPTED);
}

static void who_does_not_know_the_secret_is_not_believed(void **state)
{
    struct answer answer;
    bring(*state, "a", HEADER ID "1,0,K22,\r\n", 0, "another");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    assert_true(exists(*state, "own/taken", "a.manifest.forged"));
}

/* Signed with the same secret, and with a second column that is no code of an acceptance. */
static void what_was_handed_over_is_not_believed_when_it_comes_back(void **state)
{
    struct answer answer;
    assert_int_equal(sent(*state), ANSWER_WAITING);
    assert_int_equal(rename(path(*state, "out", ID "1.csv"), path(*state, "in", ID "1.csv")), 0);
    assert_int_equal(
        rename(path(*state, "out", ID "1.manifest"), path(*state, "in", ID "1.manifest")), 0);
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_WAITING);
    assert_true(exists(*state, "own/taken", ID "1.manifest.forged"));
}

static void what_is_no_plain_file_is_not_read_and_holds_up_none(void **state)
{
    struct answer answer;
    bring(*state, "real", HEADER ID "1,0,K22,\r\n", 0, "secret");
    assert_int_equal(
        rename(path(*state, "in", "real.manifest"), path(*state, "own", "real.manifest")), 0);
    assert_int_equal(
        symlink(path(*state, "own", "real.manifest"), path(*state, "in", "linked.manifest")), 0);
    assert_int_equal(mkfifo(path(*state, "in", "pipe.manifest"), 0600), 0);
    assert_int_equal(mkdir(path(*state, "in", "folder.manifest"), 0700), 0);
    for (int i = 0; i < 300; i++)
        put(*state, "in", arena_printf(*state, "half-%d.manifest", i), "what=", 5);
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    bring(*state, "z", HEADER ID "1,7,\"a\nb\",no\r\n" ID "2,0,K22,\r\n", 0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_REFUSED);
    assert_string_equal(answer.reason, "7 no");
    assert_int_equal(asked(*state, ID "2", &answer), ANSWER_ACCEPTED);
}

static void a_line_that_is_no_receipt_hides_none_that_comes_later(void **state)
{
    struct answer answer;
    bring(*state, "a", HEADER ID "1,0,K2,\r\n" ID "1,,K22,\r\n../x,0,K22,\r\n" ID "1\r\n", 0,
          "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
    bring(*state, "b", HEADER ID "1,1,K22,\r\n", 0, "secret");
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ACCEPTED);
}

static void what_cannot_be_written_was_not_handed_over(void **state)
{
    struct answer answer;
    assert_int_equal(rmdir(path(*state, "own/work", "")), 0);
    assert_int_equal(sent(*state), ANSWER_UNTOUCHED);
    assert_int_equal(asked(*state, ID "1", &answer), ANSWER_ABSENT);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_message_is_a_table_with_a_signed_note),
        IN_FOLDER(it_is_handed_over_once_whatever_died_when),
        IN_FOLDER(of_several_pushers_at_once_one_hands_it_over),
        IN_FOLDER(what_was_handed_over_is_not_believed_when_it_comes_back),
        IN_FOLDER(what_is_no_plain_file_is_not_read_and_holds_up_none),
        IN_FOLDER(receipts_come_in_any_order_and_the_first_holds),
        IN_FOLDER(what_was_refused_is_handed_over_again_when_it_is_asked_for),
        IN_FOLDER(half_a_file_waits_for_its_other_half),
        IN_FOLDER(who_does_not_know_the_secret_is_not_believed),
        IN_FOLDER(a_line_that_is_no_receipt_hides_none_that_comes_later),
        IN_FOLDER(what_cannot_be_written_was_not_handed_over),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
