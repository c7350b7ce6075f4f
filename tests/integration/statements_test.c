#include "harness.h"

#include <string.h>

#include "sys/list.h"

static void every_declared_statement_fits_the_schema(void **state)
{
    (void)state;
    struct harness *h = harness_open("migrate");
    size_t count;
    const struct db_stmt *const *all = db_statements(&count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        struct err err = { .rc = RC_OK };
        if (db_check_statement(h->db, all[i], &err) != RC_OK)
            fail_msg("statement %s %s", err.pointer, err.detail);
    }
    harness_close(h);
}

static size_t wrong_names(const struct row_set *set, const char *whose)
{
    const struct row_col *wrong = row_names_agree(set);
    if (wrong)
        print_error("%s reads %s from %s, which names something else\n", whose, wrong->member,
                    wrong->sql);
    return wrong ? 1 : 0;
}

static void every_column_names_the_member_that_it_is_read_into(void **state)
{
    (void)state;
    size_t count;
    size_t wrong = 0;
    const struct db_stmt *const *all = db_statements(&count);
    for (size_t i = 0; i < count; i++)
        if (all[i]->rows)
            wrong += wrong_names(all[i]->rows, all[i]->name);
    const struct list *const *lists = list_all(&count);
    for (size_t i = 0; i < count; i++)
        wrong += wrong_names(lists[i]->rows, lists[i]->name);
    assert_int_equal(wrong, 0);
}

/* What orders rows is a plain column that is never NULL: pages follow one another by its value. */
static void check_order(const struct list *l, const char *member)
{
    const struct row_col *c = row_column(l->rows, member);
    if (!c || !c->sql || c->nullable || strstr(c->sql, " AS ") || strchr(c->sql, '('))
        fail_msg("list %s cannot be ordered by %s", l->name, member);
}

static void every_list_is_whole(void **state)
{
    (void)state;
    size_t count;
    struct harness *h = harness_open("migrate");
    const struct list *const *lists = list_all(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        const struct list *l = lists[i];
        assert_true(l->name && l->title && l->from && l->in && l->key && l->orders[0].member);
        assert_true((l->where || strchr(l->from, '?')) == (*l->in != '\0'));
        check_order(l, l->key);
        for (const struct list_order *o = l->orders; o->member; o++)
            check_order(l, o->member);
        struct db_val scope[8];
        for (size_t j = 0; l->in[j]; j++)
            scope[j] = db_null(l->in[j]);
        const struct list_ask ask = { .scope = scope };
        struct row_page page;
        struct err err = { .rc = RC_OK };
        if (list_page(h->db, h->arena, l, &ask, 1, &page, &err) != RC_OK)
            fail_msg("list %s %s", l->name, err.detail);
    }
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_declared_statement_fits_the_schema),
        cmocka_unit_test(every_column_names_the_member_that_it_is_read_into),
        cmocka_unit_test(every_list_is_whole),
    };
    return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
