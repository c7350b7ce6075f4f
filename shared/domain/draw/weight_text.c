#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/draw/weight.h"

enum { NUMBER_MAX = 1000000, FACTS_FIELDS = 6, RULE_COUNT = 11 };

static const char classes[WEIGHT_CREDIT_COUNT] = { 'A', 'B', 'C', 'D', '-' };

/* ---- rules ---- */

static const char *const rule_keys[RULE_COUNT] = {
    "A",        "B",       "C",      "D",         "unrated", "complaint", "complaints_max",
    "abnormal", "serious", "yearly", "quiet_days"
};

static void rule_places(struct weight_rules *r, unsigned *places[RULE_COUNT])
{
    unsigned *const all[RULE_COUNT] = {
        &r->credit[WEIGHT_A],
        &r->credit[WEIGHT_B],
        &r->credit[WEIGHT_C],
        &r->credit[WEIGHT_D],
        &r->credit[WEIGHT_UNRATED],
        &r->complaint,
        &r->complaints_max,
        &r->abnormal,
        &r->serious,
        &r->yearly_cap,
        &r->quiet_days,
    };
    memcpy(places, all, sizeof all);
}

void weight_rules_format(char out[WEIGHT_RULES_TEXT], const struct weight_rules *rules)
{
    struct weight_rules copy = *rules;
    unsigned *places[RULE_COUNT];
    size_t n = 0;
    rule_places(&copy, places);
    for (size_t i = 0; i < RULE_COUNT; i++)
        n += (size_t)snprintf(out + n, WEIGHT_RULES_TEXT - n, "%s%s=%u", i ? "," : "", rule_keys[i],
                              *places[i] > NUMBER_MAX ? NUMBER_MAX : *places[i]);
}

bool weight_rules_parse(const char *text, struct weight_rules *out)
{
    char copy[WEIGHT_RULES_TEXT];
    char *fields[RULE_COUNT];
    unsigned *places[RULE_COUNT];
    if (strlen(text) >= sizeof copy)
        return false;
    (void)snprintf(copy, sizeof copy, "%s", text);
    if (text_split(copy, ',', fields, RULE_COUNT) != RULE_COUNT)
        return false;
    rule_places(out, places);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        int64_t value;
        size_t n = strlen(rule_keys[i]);
        if (strncmp(fields[i], rule_keys[i], n) != 0 || fields[i][n] != '=' ||
            !int_parse(fields[i] + n + 1, 0, NUMBER_MAX, &value))
            return false;
        *places[i] = (unsigned)value;
    }
    return true;
}

/* ---- facts ---- */

static char *put(char *out, const char *text)
{
    size_t n = strlen(text);
    memcpy(out, text, n + 1);
    return out + n;
}

void weight_facts_format(char out[WEIGHT_FACTS_TEXT], const struct weight_facts *f)
{
    char *p = out;
    char day[DATE_TEXT] = "-";
    if (f->checked_clean)
        date_format(day, f->clean_on);
    *p++ = classes[f->credit];
    *p++ = ',';
    p = int_format(p, f->complaints);
    p = put(p, f->abnormal && f->serious ? ",as,"
               : f->abnormal             ? ",a,"
               : f->serious              ? ",s,"
                                         : ",-,");
    p = int_format(p, f->checks);
    *p++ = ',';
    p = put(p, day);
    *p++ = ',';
    char *marks = p;
    p = f->closed ? put(p, "c") : p;
    p = f->drawn ? put(p, "d") : p;
    p = f->key ? put(p, "k") : p;
    p = f->protected_field ? put(p, "p") : p;
    (void)put(p, p == marks ? "-" : "");
}

static bool number(const char *text, unsigned *out)
{
    int64_t value;
    bool good = int_parse(text, 0, NUMBER_MAX, &value);
    *out = good ? (unsigned)value : 0;
    return good;
}

static bool read_fields(char *const *f, struct weight_facts *out)
{
    const char *class = strlen(f[0]) == 1 ? memchr(classes, *f[0], sizeof classes) : NULL;
    out->checked_clean = strcmp(f[4], "-") != 0;
    if (!class || !number(f[1], &out->complaints) || !number(f[3], &out->checks) ||
        (out->checked_clean && !date_parse(f[4], &out->clean_on)))
        return false;
    out->credit = (enum weight_credit)(class - classes);
    out->abnormal = strchr(f[2], 'a');
    out->serious = strchr(f[2], 's');
    out->closed = strchr(f[5], 'c');
    out->drawn = strchr(f[5], 'd');
    out->key = strchr(f[5], 'k');
    out->protected_field = strchr(f[5], 'p');
    return true;
}

bool weight_facts_parse(const char *text, size_t n, struct weight_facts *out)
{
    char copy[WEIGHT_FACTS_TEXT];
    char again[WEIGHT_FACTS_TEXT];
    char *fields[FACTS_FIELDS];
    if (n >= sizeof copy)
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (text_split(copy, ',', fields, FACTS_FIELDS) != FACTS_FIELDS || !read_fields(fields, out))
        return false;
    weight_facts_format(again, out);
    return strlen(again) == n && memcmp(again, text, n) == 0;
}
