#include "store/account/password_kept.h"

#include <stdlib.h>
#include <string.h>

#include "store/directory/rule.h"
#include "sys/log.h"
#include "sys/password.h"

enum { WORDS_MAX = 2000 };

DB_STMT(password_place_lock, "i", "i", "SELECT GET_LOCK(CONCAT(DATABASE(), '.password.', ?), 0)");
DB_STMT(password_place_unlock, "i", "i",
        "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.password.', ?))");
DB_STMT(password_words, "i", "t",
        "SELECT word FROM password_word ORDER BY LENGTH(word) DESC, word LIMIT ?");
DB_STMT(password_former_select, "ii", "t",
        "SELECT password_hash FROM password_former WHERE account_id = ? ORDER BY id DESC LIMIT ?");

enum rc password_place_take(struct db *db, int64_t places, int64_t *place, struct err *err)
{
    for (*place = 1; *place <= places; ++*place) {
        int64_t mine = 0;
        enum rc rc = db_one_int(db, &password_place_lock, DB_ARGS(db_int(*place)), &mine);
        if (rc != RC_OK || mine)
            return rc;
    }
    return err_set(err, RC_TOO_MANY, "", "同时登录的人较多，请稍后再试");
}

void password_place_give(struct db *db, int64_t place)
{
    int64_t given = 0;
    if (db_one_int(db, &password_place_unlock, DB_ARGS(db_int(place)), &given) == RC_OK)
        return;
    log_warn("a place for digests could not be given back, giving up the connection");
    db_drop(db);
}

static enum rc load_rules(struct db *db, struct arena *a, const char *region, int32_t on,
                          struct password_rules *out, int64_t *history, struct err *err)
{
    struct rule_set rules;
    const char **words = arena_array(a, WORDS_MAX, sizeof *words);
    struct db_query *q;
    enum rc rc = rule_load(db, a, region, on, &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_PASSWORD_LENGTH, &out->length, err);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_PASSWORD_CLASSES, &out->classes, err);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_PASSWORD_HISTORY, history, err);
    if (rc == RC_OK)
        rc = db_query(db, &password_words, DB_ARGS(db_int(WORDS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    out->words = words;
    out->word_count = 0;
    while ((rc = db_next(&q)) == RC_OK)
        words[out->word_count++] = db_col_dup(q, 0, a);
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc judge(const struct password_rules *rules, const char *password, const char *login,
                     const char *pointer, struct err *err)
{
    switch (password_judge(rules, password, login)) {
    case PASSWORD_GOOD:
        return RC_OK;
    case PASSWORD_LONG:
        return err_set(err, RC_INVALID, pointer, "密码至多 %d 个字节", PASSWORD_MAX);
    case PASSWORD_SHORT:
        return err_set(err, RC_INVALID, pointer, "密码至少 %lld 个字符", (long long)rules->length);
    case PASSWORD_PLAIN:
        return err_set(err, RC_INVALID, pointer,
                       "密码须含小写字母、大写字母、数字、其他字符中的至少 %lld 类",
                       (long long)rules->classes);
    case PASSWORD_NAMED:
        return err_set(err, RC_INVALID, pointer, "密码不得含有登录名");
    case PASSWORD_KNOWN:
        break;
    }
    return err_set(err, RC_INVALID, pointer, "密码过于常见，容易被猜到");
}

static enum rc used_before(struct db *db, const struct account *account, const char *password,
                           int64_t history, bool *used)
{
    struct db_query *q;
    *used = history > 0 && password_matches(account->password_hash, password);
    if (*used || history < 2)
        return RC_OK;
    enum rc rc = db_query(db, &password_former_select,
                          DB_ARGS(db_int(account->id), db_int(history - 1)), &q);
    while (rc == RC_OK && !*used && (rc = db_next(&q)) == RC_OK)
        *used = password_matches(db_col_text(q, 0), password);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc password_accept(struct db *db, struct arena *a, const struct account *account, int32_t on,
                        const char *password, const char *pointer, struct err *err)
{
    struct password_rules rules;
    int64_t history = 0;
    bool used = false;
    enum rc rc = load_rules(db, a, account->region, on, &rules, &history, err);
    if (rc == RC_OK)
        rc = judge(&rules, password, account->login, pointer, err);
    if (rc == RC_OK)
        rc = used_before(db, account, password, history, &used);
    if (rc == RC_OK && used)
        return err_set(err, RC_INVALID, pointer, "不得使用最近 %lld 次用过的密码",
                       (long long)history);
    return rc;
}
