#include "unit.h"

#include <stdio.h>

#include "domain/publish/search.h"

static void forms_of_one_name_are_one(void **state)
{
    static const char *const cases[][2] = {
        { "平顶山合成餐饮有限公司", "平顶山合成餐饮有限公司" },
        { " 平顶山合成餐饮有限公司\t", "平顶山合成餐饮有限公司" },
        { "\u3000平顶山 合成\u00A0餐饮\u200B有限公司", "平顶山合成餐饮有限公司" },
        { "合成(平顶山)食品", "合成平顶山食品" },
        { "合成（平顶山）食品", "合成平顶山食品" },
        { "合成〔平顶山〕食品", "合成平顶山食品" },
        { "合成【平顶山】“食品”", "合成平顶山食品" },
        { "合成１２３号店", "合成123号店" },
        { "ｋｆｃ餐厅", "KFC餐厅" },
        { "阿依古丽·合成", "阿依古丽合成" },
        { "阿依古丽•合成", "阿依古丽合成" },
        { "91410402-ma01 1xxxx0", "91410402MA011XXXX0" },
        { "１２％", "12%" },
        { "（ ）", "" },
        { "", "" },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(search_text(*state, cases[i][0]), cases[i][1]);
}

struct seen {
    const char *part;
    bool found;
    size_t n;
};

static enum rc look(void *data, const char *suffix)
{
    struct seen *s = data;
    s->n++;
    s->found = s->found || strncmp(suffix, s->part, strlen(s->part)) == 0;
    return RC_OK;
}

static void any_part_of_a_name_or_a_code_begins_a_suffix(void **state)
{
    static const char *const parts[] = { "平", "山合成", "(有限) 公司", "9141", "ma011", "X0" };
    const char *entry = search_entry(*state, "平顶山合成（有限）公司", "91410402MA011XXXX0");
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct seen s = { .part = search_prefix(*state, search_text(*state, parts[i])) };
        assert_int_equal(search_suffixes(*state, entry, look, &s), RC_OK);
        assert_true(s.found);
        assert_int_equal(s.n, 9 + 18);
    }
    struct seen across = { .part = "公司91" };
    assert_int_equal(search_suffixes(*state, entry, look, &across), RC_OK);
    assert_false(across.found);
}

static enum rc keep(void *data, const char *entry)
{
    char(*kept)[SEARCH_SUFFIX + 1] = data;
    while (**kept)
        kept++;
    return snprintf(*kept, sizeof *kept, "%s", entry) <= SEARCH_SUFFIX ? RC_OK : RC_TOO_LARGE;
}

static void a_choice_without_a_term_is_an_entry_that_no_term_is_like(void **state)
{
    char kept[SEARCH_FACETS + 1][SEARCH_SUFFIX + 1] = { "" };
    const struct search_facet all = { "410402", "penalty", "inspection", "合成卫生健康委员会" };
    const struct search_found found = { .facet = all, .day = 20000 };
    const struct search_facet some[] = {
        all,
        { .region = "410402" },
        { .result_class = "penalty" },
        { .department = "合成卫生健康委员会" },
        { "410402", .department = "合成卫生健康委员会" },
    };
    assert_int_equal(search_facets(*state, &found, keep, kept), RC_OK);
    for (size_t i = 0; i < COUNT(some); i++) {
        const char *entry = search_facet(*state, &some[i]);
        size_t n = 0;
        for (size_t j = 0; j < SEARCH_FACETS; j++)
            n += strcmp(kept[j], entry) == 0;
        assert_int_equal(n, 1);
        assert_string_not_equal(search_text(*state, entry), entry);
    }
    assert_string_equal(search_day(*state, 20000), "\td2024-10-04");
}

static void each_specialty_plan_and_item_is_an_entry_of_its_own(void **state)
{
    char kept[SEARCH_FACETS + 1][SEARCH_SUFFIX + 1] = { "" };
    const struct search_found found = { .facet = { "410402", "penalty", "penalty", "合成部门" },
                                        .tags = ",i:HC-01,p:HC2023,s:medical,s:school,",
                                        .day = 20000 };
    const char *tags[] = { search_tag(*state, SEARCH_ITEM, "HC-01"),
                           search_tag(*state, SEARCH_PLAN, "HC2023"),
                           search_tag(*state, SEARCH_SPECIALTY, "medical"),
                           search_tag(*state, SEARCH_SPECIALTY, "school") };
    assert_int_equal(search_facets(*state, &found, keep, kept), RC_OK);
    for (size_t i = 0; i < COUNT(tags); i++) {
        assert_non_null(strstr(found.tags, tags[i]));
        const char *alone = search_tag_entry(*state, tags[i], NULL);
        const char *there = search_tag_entry(*state, tags[i], "410402");
        size_t n = 0;
        size_t within = 0;
        for (size_t j = 0; j < SEARCH_FACETS; j++) {
            n += strcmp(kept[j], alone) == 0;
            within += strcmp(kept[j], there) == 0;
        }
        assert_int_equal(n, 1);
        assert_int_equal(within, i >= 2);
        assert_string_not_equal(search_text(*state, alone), alone);
    }
    assert_null(strstr(found.tags, search_tag(*state, SEARCH_SPECIALTY, "med")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(forms_of_one_name_are_one),
        WITH_ARENA(any_part_of_a_name_or_a_code_begins_a_suffix),
        WITH_ARENA(a_choice_without_a_term_is_an_entry_that_no_term_is_like),
        WITH_ARENA(each_specialty_plan_and_item_is_an_entry_of_its_own),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
