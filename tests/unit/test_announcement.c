#include "unit.h"

#include "base/digest.h"
#include "base/rsa.h"
#include "base/text.h"
#include "domain/draw/announcement.h"
#include "domain/draw/closing.h"
#include "domain/draw/pulse.h"

/*
 * The worked example of fcgi/public/rule-2.md, with its snapshot; with SM3 the snapshot's own
 * digest of the changes is another. Every figure was computed on a shell, e.g. the seed by
 *   printf '%s' "$secret|$value|$announcement_hash" | sha256sum
 * for SM3 with openssl dgst -sm3 in its place.
 */
static const char secret[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char drawn[] = "03 08 14 19 25 31 07";
static const char teams_secret[] =
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
static const char drawn_next[] = "02 09 11 20 27 33 12";

static const struct example {
    enum draw_rule rule;
    const char *name;
    const char *secret_hash;
    const char *teams_secret_hash;
    const char *earlier;
    const char *snapshot;
    const char *roster;
    const char *hash; /* of the announcement */
    const char *seed;
    const char *result; /* of its file */
    const char *closing;
    const char *teams; /* their seed */
} examples[] = {
    { DRAW_2_SHA256, "liancha-draw/2",
      "6c86c6aac5fb24bcf5d9939cb7d7d5645ce39418f449e03b262dd4fa14b4b92b",
      "31c0e4a8de3d32a8964f4dd6c3faae248a3994f3c4e226fdd8ee56904c96c6f7",
      "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "56c8e29dfe6517abcabf2090b015a8814bb1c60bd78969400a4c3654962bed7e",
      "b75ab743c0203fdd844d9f9fe3300f80ee8eeab3435b267364c7dd9f56153cbc",
      "9d5f9e68a046d3bd4e16dd87b17ca161b013f63626d53b994e460f6f63af2460",
      "5b92b1fdc13d69d3ae2fb96ff3ab62decd44b40f1f928673deccb9b1a2db067f",
      "9c9ed07be3b7879b839bce2733d040c0185ded4fb79add160d7be876a47576dc",
      "4ad50f739c6dc4cdf2d0765e823331e10240966409dab35669e94e38251edd1d",
      "ae30a94a26638731375f8a4d047ed29f7ee9379f467e252760f6533a3c962631" },
    { DRAW_2_SM3, "liancha-draw/2-sm3",
      "40d385e27f2319d1dfaabe37443ebe2ea9f6122cac835d11fb13af091b74dd40",
      "8f7930d10fb4a7a35cabfc36d1e0deb06f5f8bd7ddce38e18ae995d3ea32a81f",
      "b9e036c07be7c1df36f69e63504da93b25f477601dc566253c0af43663583f84",
      "b025d8a25ab92cd034e125aea0e1b400bcb6351c3061c1ee3ab70eadb9a93c7e",
      "10afcae63f4fca99f540098f7175ad402a3f26e3585db2525065b6de3e1aa6de",
      "de80f157c366b1154d274a8a382813dd3c5eeac560beac1c42c207e18a90aa94",
      "b1cb7ce23e089b94eba81d2e951cdb06ee36a8535266a73ef249e9ed30590c23",
      "a3bf12984927700ad6e7a76cd206a3c57ff58d303f1c024e2514e5c9745a5a8d",
      "141927c55903f66db1931472d277d8fb5e3c27b7b0739ac9e92f7ec3410c8278",
      "7f45da423dab35b1b6d5bd317251ca18f8be37dfc6e41556d601f8d7b3eab74d" },
};

/* The example's text, with the example's digests put in. */
static const char *text_of(struct arena *a, const struct example *e)
{
    return arena_printf(
        a,
        "liancha-announcement/1\tEXAMPLE\n"
        "rule\t%s\n"
        "name\t手算样例\n"
        "department\tH410402\n"
        "region\t410402\n"
        "announced\t2026-03-02T01:00:00.000Z\n"
        "secret\t%s\n"
        "value\tlottery\t双色球\t2026023\t6x01-33<+1x01-16\t2026-03-03T13:15:00.000Z\t中国福彩网\n"
        "witness\tH410402\n"
        "witness\tM410402\n"
        "latest\t2026-03-04T13:15:00.000Z\n"
        "teams\t2026024\t2026-03-05T13:15:00.000Z\t%s\n"
        "publish\tvisits\n"
        "parameter\tadjustment.percent\t15\n"
        "earlier\tEARLIER\tplan\tvoid\t%s\t0\t逾期未抽取\n"
        "draw\tEXAMPLE.1\tEXAMPLE\t手算计划\tH410402\t2026-11-30\t2\t2026-03-01T08:00:00.000Z\t%"
        "s\t%s\n"
        "quota\t410402.medical\t1\n",
        e->name, e->secret_hash, e->teams_secret_hash, e->earlier, e->snapshot, e->roster);
}

static enum rc read_text(struct arena *a, const char *text, struct announcement *out,
                         struct err *err)
{
    return announcement_read(a, text, strlen(text), out, err);
}

static void the_example_is_what_a_shell_computes(void **state)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        const char *text = text_of(*state, e);
        struct announcement read;
        struct buf again;
        char hex[DIGEST_HEX];
        assert_int_equal(read_text(*state, text, &read, NULL), RC_OK);
        buf_init(&again, *state, ANNOUNCEMENT_MAX);
        assert_int_equal(announcement_write(&again, &read, NULL), RC_OK);
        assert_string_equal(again.p, text);
        digest_hex(draw_digest(read.rule), text, strlen(text), hex);
        assert_string_equal(hex, e->hash);
        assert_int_equal(draw_secret_hash(e->rule, secret, hex, NULL), RC_OK);
        assert_string_equal(hex, read.secret_hash);
        assert_int_equal(draw_seed_2(e->rule, secret, drawn, e->hash, hex, NULL), RC_OK);
        assert_string_equal(hex, e->seed);
    }
}

/* The example's closing; the files of the match are those three words. */
static const char *closing_of(struct arena *a, const struct example *e)
{
    static const char *const files[] = { "visits", "inspectors", "differences" };
    char hex[COUNT(files)][DIGEST_HEX];
    for (size_t i = 0; i < COUNT(files); i++)
        digest_hex(draw_digest(e->rule), files[i], strlen(files[i]), hex[i]);
    return arena_printf(a,
                        "liancha-closing/1\tEXAMPLE\n"
                        "announcement\t%s\n"
                        "closed\t2026-03-05T01:00:00.000Z\n"
                        "secret\t%s\n"
                        "result\tEXAMPLE.1\t%s\n"
                        "visits\t%s\ninspectors\t%s\ndifferences\t%s\n",
                        e->hash, teams_secret, e->result, hex[0], hex[1], hex[2]);
}

static void the_teams_seed_is_what_a_shell_computes(void **state)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];
        const char *text = closing_of(*state, e);
        struct closing read;
        struct buf again;
        char hex[DIGEST_HEX];
        assert_int_equal(closing_read(*state, text, strlen(text), &read, NULL), RC_OK);
        assert_string_equal(read.results[0].digest, e->result);
        buf_init(&again, *state, ANNOUNCEMENT_MAX);
        closing_write(&again, &read);
        assert_string_equal(again.p, text);
        digest_hex(draw_digest(e->rule), text, strlen(text), hex);
        assert_string_equal(hex, e->closing);
        assert_int_equal(draw_secret_hash(e->rule, read.secret, hex, NULL), RC_OK);
        assert_string_equal(hex, e->teams_secret_hash);
        assert_int_equal(draw_seed_2(e->rule, read.secret, drawn_next, e->closing, hex, NULL),
                         RC_OK);
        assert_string_equal(hex, e->teams);
    }
}

static void a_closing_is_written_in_one_way(void **state)
{
    const char *text = closing_of(*state, &examples[0]);
    size_t n = strlen(text);
    struct arena *own = arena_new((size_t)64 << 20);
    for (size_t i = 0; i < n; i++) {
        struct closing read;
        struct buf again;
        char *changed = arena_slice(own, text, n);
        changed[i] ^= 1;
        if (closing_read(own, changed, n, &read, NULL) == RC_OK) {
            buf_init(&again, own, ANNOUNCEMENT_MAX);
            closing_write(&again, &read);
            assert_memory_equal(again.p, changed, n);
        }
        assert_int_equal(closing_read(own, text, i, &read, NULL), RC_MALFORMED);
        arena_reset(own);
    }
    arena_free(own);
}

static void every_member_is_read(void **state)
{
    struct announcement read;
    const struct example *e = &examples[0];
    assert_int_equal(read_text(*state, text_of(*state, e), &read, NULL), RC_OK);
    assert_int_equal(read.rule, DRAW_2_SHA256);
    assert_string_equal(read.campaign, "EXAMPLE");
    assert_string_equal(read.department, "H410402");
    assert_string_equal(read.value.issue, "2026023");
    assert_int_equal(read.value.kind, VALUE_LOTTERY);
    assert_int_equal(read.value.department_count, 2);
    assert_string_equal(read.value.departments[1], "M410402");
    assert_int_equal(read.latest - read.value.at, 24 * 3600 * 1000);
    assert_int_equal(read.teams_at - read.value.at, 48 * 3600 * 1000);
    assert_string_equal(announcement_teams(&read).issue, "2026024");
    assert_int_equal(read.publish, PUBLISH_VISITS);
    assert_int_equal(announcement_ends_on(&read), read.draws[0].ends_on);
    assert_int_equal(announcement_parameter(&read, "adjustment.percent"), 15);
    assert_int_equal(read.parameters[0].value, 15);
    assert_string_equal(read.earlier[0].announcement, e->earlier);
    assert_int_equal(read.draws[0].nth, 2);
    assert_string_equal(read.draws[0].roster, e->roster);
    assert_string_equal(read.draws[0].quotas[0].stratum, "410402.medical");
    assert_int_equal(read.draws[0].quotas[0].quota, 1);
}

/* Any other byte makes another digest, or is refused: so no two texts say the same. */
static void no_byte_changes_unnoticed(void **state)
{
    const char *text = text_of(*state, &examples[0]);
    size_t n = strlen(text);
    struct arena *own = arena_new((size_t)64 << 20);
    size_t accepted = 0;
    for (size_t i = 0; i < n; i++) {
        struct announcement read;
        struct buf again;
        char *changed = arena_slice(own, text, n);
        changed[i] ^= 1;
        if (announcement_read(own, changed, n, &read, NULL) == RC_OK) {
            accepted++;
            buf_init(&again, own, ANNOUNCEMENT_MAX);
            assert_int_equal(announcement_write(&again, &read, NULL), RC_OK);
            assert_int_equal(again.n, n);
            assert_memory_equal(again.p, changed, n);
        }
        arena_reset(own);
    }
    assert_true(accepted > 0 && accepted < n);
    arena_free(own);
}

static void a_line_left_out_doubled_or_moved_is_refused(void **state)
{
    const char *text = text_of(*state, &examples[0]);
    char *copy = arena_strdup(*state, text);
    char *lines[32];
    size_t n = text_split(copy, '\n', lines, COUNT(lines)) - 1;
    /* Without these an announcement is one all the same, of another digest. */
    static const char *const optional[] = { "parameter", "earlier" };
    for (size_t left = 0; left < n; left++)
        for (int how = 0; how < 3; how++) {
            struct buf out;
            struct announcement read;
            struct err err = { .rc = RC_OK };
            bool may_go = false;
            for (size_t k = 0; k < COUNT(optional); k++)
                may_go = may_go || strncmp(lines[left], optional[k], strlen(optional[k])) == 0;
            if ((how == 0 && may_go) || (how == 2 && left + 1 == n))
                continue;
            buf_init(&out, *state, ANNOUNCEMENT_MAX);
            for (size_t i = 0; i < n; i++) {
                size_t at = how == 2 && i == left ? i + 1 : how == 2 && i == left + 1 ? i - 1 : i;
                for (int k = 0; k < (i == left ? (how == 0 ? 0 : how == 1 ? 2 : 1) : 1); k++)
                    buf_printf(&out, "%s\n", lines[at]);
            }
            bool witnesses = how == 2 && strncmp(lines[left], "witness", 7) == 0 &&
                             strncmp(lines[left + 1], "witness", 7) == 0;
            assert_int_equal(announcement_read(*state, out.p, out.n, &read, &err),
                             witnesses ? RC_OK : RC_MALFORMED);
            assert_true(witnesses || strncmp(err.pointer, "line ", 5) == 0);
        }
}

static const struct {
    const char *from;
    const char *to;
} faults[] = {
    { "liancha-announcement/1", "liancha-announcement/2" },
    { "liancha-draw/2", "liancha-draw/1" },
    { "EXAMPLE\n", "EXA|MPLE\n" },
    { "手算样例", "手算\x7F" },
    { "手算样例\n", "手算样例 \n" },
    { "announced\t2026-03-02T01:00:00.000Z", "announced\t2026-03-02T01:00:00Z" },
    { "announced\t2026-03-02T01:00:00.000Z", "announced\t2026-03-02T09:00:00.000+08:00" },
    { "announced\t2026-03-02", "announced\t2026-03-04" },           /* behind the value */
    { "latest\t2026-03-04", "latest\t2026-03-03" },                 /* no time left to draw */
    { "teams\t2026024\t2026-03-05", "teams\t2026024\t2026-03-03" }, /* not behind the value */
    { "teams\t2026024", "teams\t2026023" },                         /* the same issue */
    { "publish\tvisits", "publish\tnever" },
    { "lottery", "guess" },
    { "6x01-33<+1x01-16", "6x01-33<+1x01-16+" },
    { "6x01-33<+1x01-16", "1x01-99" }, /* few outcomes */
    { "witness\tM410402", "witness\tH410402" },
    { "percent\t15", "percent\t015" },
    { "plan\tvoid", "plan\tlost" },
    { "plan\tvoid", "scope\tvoid" },
    { "EXAMPLE.1\t", "\t" },
    { "2026-11-30", "2026-11-31" },
    { "410402.medical\t1", "410402.Medical\t1" },
    { "410402.medical\t1", "410402.medical\t10000001" },
    { "medical\t1\n", "medical\t1\n\n" },
    { "medical\t1\n", "medical\t1" },
    { "medical\t1\n", "medical\t1\r\n" },
};

static void what_breaks_the_format_is_refused(void **state)
{
    const char *text = text_of(*state, &examples[0]);
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct announcement read;
        struct err err = { .rc = RC_OK };
        const char *at = strstr(text, faults[i].from);
        assert_non_null(at);
        const char *changed = arena_printf(*state, "%.*s%s%s", (int)(at - text), text, faults[i].to,
                                           at + strlen(faults[i].from));
        if (read_text(*state, changed, &read, &err) != RC_MALFORMED)
            fail_msg("“%s” was accepted", faults[i].to);
    }
}

/* ---- values ---- */

static const char *const two[] = { "H1", "M1", "F1" };

static struct value_source source(enum value_kind kind, const char *form)
{
    return (struct value_source){ .kind = kind,
                                  .source = "来源",
                                  .issue = "1",
                                  .form = form,
                                  .place = "网站",
                                  .departments = two,
                                  .department_count = kind == VALUE_DICE ? 3 : 2 };
}

static void a_value_has_its_announced_form(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        const char *value;
        bool fits;
    } cases[] = {
        { "6x01-33<+1x01-16", "03 08 14 19 25 31 07", true },
        { "6x01-33<+1x01-16", "03 08 14 19 25 31 7", false },
        { "6x01-33<+1x01-16", "08 03 14 19 25 31 07", false },
        { "6x01-33<+1x01-16", "03 03 14 19 25 31 07", false },
        { "6x01-33<+1x01-16", "03 08 14 19 25 34 07", false },
        { "6x01-33<+1x01-16", "03 08 14 19 25 31", false },
        { "6x01-33<+1x01-16", "03 08 14 19 25 31 07 ", false },
        { "6x01-33<+1x01-16", "03  08 14 19 25 31 07", false },
        { "5x0-9", "0 0 0 0 0", true },
        { "5x0-9", "00000", false },
        { "5x0-9", "7 7 7", false },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct value_source s = source(VALUE_LOTTERY, cases[i].form);
        assert_int_equal(value_source_check(&s, NULL), RC_OK);
        assert_int_equal(value_check(&s, cases[i].value, NULL) == RC_OK, cases[i].fits);
    }
}

static void a_source_that_can_be_waited_for_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum value_kind kind;
        const char *form;
        bool good;
    } cases[] = {
        { VALUE_DICE, "3x1-6", true },        { VALUE_DICE, "2x1-6", false },
        { VALUE_LOTTERY, "2x1-6", false },    { VALUE_LOTTERY, "15x01-16<", false },
        { VALUE_LOTTERY, "1x000-999", true }, { VALUE_LOTTERY, "6x01-33<", true },
        { VALUE_LOTTERY, "0x1-6", false },    { VALUE_LOTTERY, "3x6-1", false },
        { VALUE_LOTTERY, "3x1-60", false },   { VALUE_LOTTERY, "65x0-9", false },
        { VALUE_LOTTERY, "", false },         { VALUE_LOTTERY, "3x1-6,", false },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct value_source s = source(cases[i].kind, cases[i].form);
        if ((value_source_check(&s, NULL) == RC_OK) != cases[i].good)
            fail_msg("form “%s”", cases[i].form);
    }
    struct value_source alone = source(VALUE_LOTTERY, "5x0-9");
    alone.department_count = 1;
    assert_int_equal(value_source_check(&alone, NULL), RC_INVALID);
}

/* ---- pulses ---- */

static const char key[] = "-----BEGIN PUBLIC KEY-----\n"
                          "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvlqGPDgZuipSiZi8bNRF\n"
                          "Opj/l0KtU130njOBLyFJ/5tUKNPuFbIrG0vdNiCPXHCQBU5+F9ZymMtSgIQeDKkm\n"
                          "EaHl/JhLv2G/fZufTCDgMAITCJ5AtViYPu8qXOP90CWWHXQuX5NtrkQEH9dKkZn7\n"
                          "/gj3KO2A5jvyPMzD3lSEWGNWNVLeN7EawfvI4DXdZR/x6ujRJa3w6M2cy1f4WTl1\n"
                          "zu3MEHseppdxh1mVolPS85f8KISySwu3Iv4Ano1Y2dN8j4MEXCOUQq5xwzjRfv76\n"
                          "v+an0EIglQjhI11CWBl9QhZcIeYShSUp/zvYzw4xnAUw9DAtSCVrRJOiY/WRpRFc\n"
                          "LQIDAQAB\n"
                          "-----END PUBLIC KEY-----\n";
static const char pulse_signed[] =
    "liancha-pulse/1\t样例信标\n"
    "round\t42\n"
    "time\t2026-03-03T13:15:00.000Z\n"
    "previous\tca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n"
    "value\t3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d\n"
    "signature\t"
    "9ae99a20e1a776fe8f7674363e42489d3fe537039baebb5abcb103a752156d27fa8edf21c6b4f90b"
    "a97738304cd928b4da92ff77ebeb0b9035617a9311c93fada7a9733fd1e8154e62c97dec574ce653"
    "ce1cac5f97b43a4dedeaa82855769079cb918374503c88b557923dcf31b3c513b319fdcbcf4a23bd"
    "ff6e9b112ea1d40d77746dafca84de6c7fabf24b2a0046f8c67a83a67deb5ab874510e11b02594a2"
    "8ff5f6b2618b135f5541a81d99fefdde8b0def35985fb93462ce8545872a71e6b94c4d556b5f83e1"
    "d8a3971a622e06913d62cc07dd65bc00122c1a51f5311a025a4fde4dc47aafdcd29aab2b8f674eb2"
    "04de14604da61739f4feccb33e572ccb"
    "\n";

static void a_pulse_is_read_by_its_key_and_by_no_other_byte(void **state)
{
    struct pulse pulse;
    size_t n = sizeof pulse_signed - 1;
    assert_int_equal(pulse_read(*state, pulse_signed, n, key, &pulse, NULL), RC_OK);
    assert_string_equal(pulse.round, "42");
    assert_string_equal(pulse.value,
                        "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d");
    for (size_t i = 0; i < n; i++) {
        char *changed = arena_slice(*state, pulse_signed, n);
        changed[i] ^= 1;
        assert_int_equal(pulse_read(*state, changed, n, key, &pulse, NULL), RC_MALFORMED);
    }
    assert_int_equal(pulse_read(*state, pulse_signed, n - 1, key, &pulse, NULL), RC_MALFORMED);
    assert_int_equal(pulse_read(*state, pulse_signed, n, "no key", &pulse, NULL), RC_MALFORMED);
    assert_string_equal(rsa_public_key(*state, key), key);
    assert_null(rsa_public_key(*state, "no key"));
}

static void a_pulse_of_another_round_or_time_is_not_the_announced_one(void **state)
{
    struct pulse pulse;
    assert_int_equal(pulse_read(*state, pulse_signed, sizeof pulse_signed - 1, key, &pulse, NULL),
                     RC_OK);
    const struct value_source announced = {
        .kind = VALUE_BEACON, .source = "样例信标", .issue = "42", .at = pulse.at
    };
    assert_int_equal(pulse_check(&pulse, &announced, NULL), RC_OK);
    struct value_source other = announced;
    other.issue = "43";
    assert_int_equal(pulse_check(&pulse, &other, NULL), RC_INVALID);
    other = announced;
    other.at++;
    assert_int_equal(pulse_check(&pulse, &other, NULL), RC_INVALID);
    other = announced;
    other.source = "另一信标";
    assert_int_equal(pulse_check(&pulse, &other, NULL), RC_INVALID);
    other = announced;
    other.kind = VALUE_LOTTERY;
    assert_int_equal(pulse_check(&pulse, &other, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_example_is_what_a_shell_computes),
        WITH_ARENA(the_teams_seed_is_what_a_shell_computes),
        WITH_ARENA(a_closing_is_written_in_one_way),
        WITH_ARENA(every_member_is_read),
        WITH_ARENA(no_byte_changes_unnoticed),
        WITH_ARENA(a_line_left_out_doubled_or_moved_is_refused),
        WITH_ARENA(what_breaks_the_format_is_refused),
        WITH_ARENA(a_value_has_its_announced_form),
        WITH_ARENA(a_source_that_can_be_waited_for_is_refused),
        WITH_ARENA(a_pulse_is_read_by_its_key_and_by_no_other_byte),
        WITH_ARENA(a_pulse_of_another_round_or_time_is_not_the_announced_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
