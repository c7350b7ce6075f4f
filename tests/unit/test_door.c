#include "domain/field/door.h"

#include "unit.h"

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The rule's code and the field at fault. */
static void expect(enum rc rc, const struct err *err, const char *field)
{
    if (!field) {
        if (rc != RC_OK)
            fail_msg("%s: %s", err->pointer, err->detail);
        return;
    }
    assert_int_equal(rc, RC_INVALID);
    assert_string_equal(err->pointer, field);
    assert_true(err->detail[0]);
}

static void an_arrival_says_how_it_was_checked_and_a_departure_does_not(void **state)
{
    const struct {
        struct door_attendance x;
        const char *field; /* at fault */
    } cases[] = {
        { { .event = "arrived", .how = "scanned", .door_code = "12345678" }, NULL },
        { { .event = "arrived", .how = "typed", .door_code = "12345678" }, NULL },
        { { .event = "arrived", .how = "photo", .sha256 = SHA256 }, NULL },
        { { .event = "left" }, NULL },
        { { .event = "came" }, "/fields/event" },
        { { .event = "arrived" }, "/fields/how" },
        { { .event = "arrived", .how = "seen" }, "/fields/how" },
        { { .event = "left", .how = "photo", .sha256 = SHA256 }, "/fields/how" },
        { { .event = "left", .door_code = "12345678" }, "/fields/door_code" },
        { { .event = "left", .sha256 = SHA256 }, "/fields/sha256" },
        { { .event = "arrived", .how = "scanned" }, "/fields/door_code" },
        { { .event = "arrived", .how = "scanned", .door_code = "12345679" }, "/fields/door_code" },
        { { .event = "arrived", .how = "photo" }, "/fields/sha256" },
        { { .event = "arrived", .how = "photo", .sha256 = "x" }, "/fields/sha256" },
        { { .event = "left", .has_lon = true }, "/fields/lat" },
        { { .event = "left", .has_lat = true }, "/fields/lon" },
        { { .event = "left", .has_accuracy = true }, "/fields/accuracy" },
        { { .event = "left", .has_lon = true, .has_lat = true, .has_accuracy = true }, NULL },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { .rc = RC_OK };
        expect(door_attendance_check(&cases[i].x, "12345678", NULL, &err), &err, cases[i].field);
    }
    struct err err;
    const struct door_attendance unknown = { .event = "arrived", .how = "typed", .door_code = "1" };
    assert_int_equal(RC_OK, door_attendance_check(&unknown, NULL, NULL, &err));
    const struct door_attendance late = { .event = "arrived", .how = "typed", .door_code = "1" };
    assert_int_equal(RC_OK, door_attendance_check(&late, "12345678", "1", &err));
    assert_int_equal(RC_INVALID, door_attendance_check(&late, "12345678", "2", &err));
}

static void a_typed_code_is_compared_by_its_letters_and_digits(void **state)
{
    static const struct {
        const char *typed;
        bool same; /* as K7PX39QD */
    } cases[] = {
        { "K7PX39QD", true },
        { "k7px39qd", true },
        { "K7PX 39QD", true },
        { " K7 PX\t39 QD ", true },
        { "k7px-39qd", true },
        { "K-7-P-X-3-9-Q-D", true },
        { "Ｋ７ＰＸ３９ＱＤ", true },
        { "ｋ７ｐｘ　３９ｑｄ", true },
        { "K7PX－39QD", true },
        { "K7PX‐39QD", true },
        { "K7PX—39QD", true },
        { "K7PX−39QD", true },
        { "K7PX\u00A039QD", true },
        { "K7PX\u00AD39QD", true },
        { "\uFEFFK7PX\u200B39QD\u202C", true },
        { "K7PX_39.QD", true },
        { "K7PX39QD。", true },
        { "【K7PX39QD】", true },
        { "“K7PX39QD”", true },
        { "（K7PX、39QD）", true },
        { "K7PX・39QD", true },
        { "K7PX〇39QD", false },
        { "K7PX39Q", false },
        { "K7PX39QDD", false },
        { "K7PX39QE", false },
        { "", false },
        { "   ", false },
        { "检K7PX39QD", false },
        { "К7PX39QD", false }, /* the first is a letter of another script */
        { "K7PX39QD😀", false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (door_code_same(cases[i].typed, "K7PX39QD") != cases[i].same)
            fail_msg("“%s”", cases[i].typed);
}

static void the_enterprise_signs_by_name_or_refuses_before_a_witness(void **state)
{
    const struct {
        struct door_signature x;
        const char *field;
    } cases[] = {
        { { .outcome = "signed", .name = "甲", .sha256 = SHA256 }, NULL },
        { { .outcome = "signed", .name = "甲", .position = "经理", .sha256 = SHA256 }, NULL },
        { { .outcome = "refused", .reason = "有异议", .witness = "乙" }, NULL },
        { { .outcome = "refused", .name = "甲", .reason = "有异议", .witness = "乙" }, NULL },
        { { .outcome = "" }, "/fields/outcome" },
        { { .outcome = "signed", .sha256 = SHA256 }, "/fields/name" },
        { { .outcome = "signed", .name = "甲" }, "/fields/sha256" },
        { { .outcome = "signed", .name = " ", .sha256 = SHA256 }, "/fields/name" },
        { { .outcome = "signed", .name = "甲\n乙", .sha256 = SHA256 }, "/fields/name" },
        { { .outcome = "signed", .name = "甲", .sha256 = SHA256, .reason = "x" },
          "/fields/reason" },
        { { .outcome = "signed", .name = "甲", .sha256 = SHA256, .witness = "乙" },
          "/fields/witness" },
        { { .outcome = "refused", .witness = "乙" }, "/fields/reason" },
        { { .outcome = "refused", .reason = "有异议" }, "/fields/witness" },
        { { .outcome = "refused", .reason = "有异议", .witness = "乙", .sha256 = SHA256 },
          "/fields/sha256" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { .rc = RC_OK };
        expect(door_signature_check(&cases[i].x, &err), &err, cases[i].field);
    }
}

static void a_sample_has_a_quantity_and_names(void **state)
{
    static const char *const good[] = { "1", "2.5", "0.000001", "999999999" };
    static const char *const bad[] = { "0", "-1", "2.50", "1e3", "", "0.0000001" };
    struct door_sample x = {
        .number = "S-1", .name = "水样", .unit = "L", .laboratory = "检测机构"
    };
    struct err err = { .rc = RC_OK };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        x.quantity = good[i];
        expect(door_sample_check(&x, &err), &err, NULL);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        x.quantity = bad[i];
        expect(door_sample_check(&x, &err), &err, "/fields/quantity");
    }
    x.quantity = "1";
    x.batch = "";
    expect(door_sample_check(&x, &err), &err, "/fields/batch");
    x.batch = NULL;
    x.laboratory = "检测\t机构";
    expect(door_sample_check(&x, &err), &err, "/fields/laboratory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_typed_code_is_compared_by_its_letters_and_digits),
        cmocka_unit_test(an_arrival_says_how_it_was_checked_and_a_departure_does_not),
        cmocka_unit_test(the_enterprise_signs_by_name_or_refuses_before_a_witness),
        cmocka_unit_test(a_sample_has_a_quantity_and_names),
    };
    return cmocka_run_group_tests_name("door", tests, NULL, NULL);
}
