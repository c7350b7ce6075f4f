/* A platform's answer: read in whatever form it comes, judged to the letter. */
#include "unit.h"

#include <string.h>

#include "target/https.h"

#define ID "0196f0c0-0000-7000-8000-000000000001"
#define RECEIPT "HN202612020123456789ABCDEF"
#define BODY(code, id, receipt)                                                                    \
    "{\"code\":" code ",\"message\":\"成功\",\"messageId\":\"" id "\",\"receipt\":\"" receipt "\"" \
    "}"
#define GOOD BODY("\"0\"", ID, RECEIPT)
#define MARK "\xEF\xBB\xBF"

static const struct target_message message = { .message_id = ID, .body = "{}" };
static const struct target target = { .answer_code = "code",
                                      .answer_message = "message",
                                      .answer_field = "field",
                                      .answer_receipt = "receipt",
                                      .answer_message_id = "messageId",
                                      .code_accepted = "0",
                                      .code_duplicate = "DUPLICATE",
                                      .code_absent = "NOT_FOUND",
                                      .code_nothing = "NOTHING",
                                      .code_again = "",
                                      .receipt_form = "HN########@@@@@@@@@@@@@@@@" };

static enum answer_verdict told(struct arena *a, const struct target_message *m, bool asking,
                                long status, const char *body, size_t n)
{
    const struct httpc_reply reply = { HTTPC_REPLY, status, arena_slice(a, body, n), n, -1, "" };
    struct answer answer;
    if (asking)
        https_read_ask(a, &target, m, &reply, &answer);
    else
        https_read_send(a, &target, m, &reply, &answer);
    return answer.verdict;
}

static enum answer_verdict sent(struct arena *a, long status, const char *body, size_t n)
{
    return told(a, &message, false, status, body, n);
}

static void marks_and_blanks_around_an_answer_change_nothing(void **state)
{
    static const char *const bodies[] = {
        GOOD,
        MARK GOOD,
        MARK MARK GOOD,
        "\r\n" MARK GOOD "\r\n",
        " \t" GOOD " ",
        MARK BODY("0", ID, RECEIPT),
        /* 成功 in GB18030, and bytes that are of no encoding */
        "{\"code\":\"0\",\"message\":\"\xB3\xC9\xB9\xA6\",\"messageId\":\"" ID
        "\",\"receipt\":\"" RECEIPT "\"}",
        "{\"code\":\"0\",\"message\":\"\xFF\xFF\",\"messageId\":\"" ID "\",\"receipt\":\"" RECEIPT
        "\"}",
        /* 誠 ends with a backslash's byte in GB18030 */
        "{\"code\":\"0\",\"message\":\"\xD5\x5C\",\"messageId\":\"" ID "\",\"receipt\":\"" RECEIPT
        "\"}",
    };
    for (size_t i = 0; i < COUNT(bodies); i++)
        if (sent(*state, 200, bodies[i], strlen(bodies[i])) != ANSWER_ACCEPTED)
            fail_msg("not read: %s", bodies[i]);
}

static void utf_16_is_read_by_its_mark(void **state)
{
    static const char text[] = BODY("0", ID, RECEIPT);
    for (int big = 0; big < 2; big++) {
        char wide[2 * sizeof text] = "\xFF\xFE";
        size_t n = 2;
        if (big)
            memcpy(wide, "\xFE\xFF", 2);
        for (const char *p = text; *p; p++) {
            if ((unsigned char)*p >= 0x80)
                continue; /* the message's */
            wide[n + (size_t)big] = *p;
            wide[n + (size_t)!big] = '\0';
            n += 2;
        }
        assert_int_equal(sent(*state, 200, wide, n), ANSWER_ACCEPTED);
    }
}

static void what_is_not_to_the_letter_is_not_accepted(void **state)
{
    static const struct {
        long status;
        const char *body;
        enum answer_verdict verdict;
    } cases[] = {
        { 200, "", ANSWER_UNKNOWN },
        { 200, MARK, ANSWER_UNKNOWN },
        { 200, "<html>" GOOD, ANSWER_UNKNOWN },
        { 200, GOOD GOOD, ANSWER_UNKNOWN },
        { 200, "[" GOOD "]", ANSWER_UNKNOWN },
        { 200, MARK "x" GOOD, ANSWER_UNKNOWN },
        { 200, BODY("\"00\"", ID, RECEIPT), ANSWER_UNKNOWN },
        { 200, BODY("\"0 \"", ID, RECEIPT), ANSWER_UNKNOWN },
        { 200, BODY("false", ID, RECEIPT), ANSWER_UNKNOWN },
        { 200, BODY("\"0\"", "0196f0c0-0000-7000-8000-000000000002", RECEIPT), ANSWER_UNKNOWN },
        { 200, BODY("\"0\"", ID, "hn202612020123456789abcdef"), ANSWER_UNKNOWN },
        { 200, BODY("\"0\"", ID, RECEIPT "0"), ANSWER_UNKNOWN },
        { 200, BODY("\"0\"", ID, "\\ufeff" RECEIPT), ANSWER_UNKNOWN },
        { 201, GOOD, ANSWER_UNKNOWN },
        { 500, GOOD, ANSWER_UNKNOWN },
        { 409, MARK BODY("\"DUPLICATE\"", ID, RECEIPT), ANSWER_ACCEPTED },
        { 400, MARK "{\"code\":\"INVALID\"}", ANSWER_REFUSED },
        { 400, "a proxy's page", ANSWER_UNKNOWN },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (sent(*state, cases[i].status, cases[i].body, strlen(cases[i].body)) != cases[i].verdict)
            fail_msg("%ld: %s", cases[i].status, cases[i].body);
}

static void a_code_means_the_same_in_an_answer_of_200(void **state)
{
    static const struct {
        const char *body;
        bool asking;
        bool retracts;
        enum answer_verdict verdict;
    } cases[] = {
        { BODY("\"DUPLICATE\"", ID, RECEIPT), false, false, ANSWER_ACCEPTED },
        { BODY("\"DUPLICATE\"", ID, "HN1"), false, false, ANSWER_UNKNOWN },
        { "{\"code\":\"NOTHING\"}", false, true, ANSWER_NOTHING },
        { "{\"code\":\"NOTHING\"}", false, false, ANSWER_UNKNOWN },
        { "{\"code\":\"NOT_FOUND\"}", true, false, ANSWER_ABSENT },
        { "{\"code\":\"NOT_FOUND\"}", false, false, ANSWER_UNKNOWN },
        { "{\"code\":\"INVALID\"}", true, false, ANSWER_UNKNOWN },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct target_message m = { ID, "{}", cases[i].retracts };
        if (told(*state, &m, cases[i].asking, 200, cases[i].body, strlen(cases[i].body)) !=
            cases[i].verdict)
            fail_msg("%zu: %s", i, cases[i].body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(marks_and_blanks_around_an_answer_change_nothing),
        WITH_ARENA(utf_16_is_read_by_its_mark),
        WITH_ARENA(what_is_not_to_the_letter_is_not_accepted),
        WITH_ARENA(a_code_means_the_same_in_an_answer_of_200),
    };
    return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
