/*
 * Who may be drawn, and with which weight (R08 to R11). All numbers are rule values passed in.
 */
#ifndef LIANCHA_DOMAIN_WEIGHT_H
#define LIANCHA_DOMAIN_WEIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weight_credit { WEIGHT_A, WEIGHT_B, WEIGHT_C, WEIGHT_D, WEIGHT_UNRATED, WEIGHT_CREDIT_COUNT };

struct weight_rules {
    unsigned credit[WEIGHT_CREDIT_COUNT]; /* tickets by credit class, R11 */
    unsigned complaint;                   /* added per complaint, R09 */
    unsigned complaints_max;              /* complaints that count at most */
    unsigned abnormal;                    /* added when on the abnormal list, R09 */
    unsigned serious;                     /* added when on the serious list, R09 */
    unsigned yearly_cap;                  /* checks a year by one body; 0 = none, R08 */
    unsigned quiet_days;                  /* 非请勿扰 after a clean check; 0 = none, R11 */
};

/* 1 2 5 10, unrated 2; complaints 1 each up to 5; abnormal 5; serious 10; cap 2; quiet 365. R09
   gives no figures: these are the project's, until a region's rule rows say otherwise. */
extern const struct weight_rules weight_rules_default;

struct weight_facts {
    enum weight_credit credit;
    unsigned complaints;  /* in the period that the directory states */
    bool abnormal;        /* 经营异常名录 */
    bool serious;         /* 严重违法失信名单 */
    bool closed;          /* 注销, 吊销, 停业, 迁出 */
    bool key;             /* the check is of a key item: no cap, no quiet time, R10 */
    bool protected_field; /* medical, tableware, drinking water: no quiet time, R11 */
    bool drawn;           /* by an earlier draw of the plan, and its visit was dispatched */
    unsigned checks;      /* by this body in the year of today: all departments of the kind, for
                             a city draws and its districts inspect, and the enterprise meets one
                             body in both */
    bool checked_clean;   /* its last check found no problem … */
    int32_t clean_on;     /* … on this date */
    int32_t today;
};

enum weight_exclusion { WEIGHT_ELIGIBLE, WEIGHT_CLOSED, WEIGHT_DRAWN, WEIGHT_CAP, WEIGHT_QUIET };

struct weight {
    enum weight_exclusion exclusion;
    unsigned value; /* 1 … 255 when eligible, else 0 */
};

/* Credit class "A" … "D"; anything else is unrated. */
enum weight_credit weight_credit_parse(const char *text);

/*
 * value = credit[class] + complaint * min(complaints, complaints_max) + abnormal + serious, at
 * least 1 and at most 255. Excluded, in this order: closed; drawn; checks >= yearly_cap and not
 * key; quiet: class A, on neither list, no complaint, last check clean and less than quiet_days
 * ago, and neither key nor a protected field.
 */
struct weight weight_of(const struct weight_rules *rules, const struct weight_facts *facts);

/* The snapshot's REASON: "" when eligible, else a short stable Chinese text. */
const char *weight_reason(enum weight_exclusion exclusion);

/*
 * What a weight follows from, as text: a snapshot's header has the rules, each of its lines the
 * facts, and whoever reads them computes weight and reason again. There is one way to write each.
 *
 * Rules: "A=1,B=2,C=5,D=10,unrated=2,complaint=1,complaints_max=5,abnormal=5,serious=10,yearly=2,
 * quiet_days=365" without the line break. Facts: CLASS,COMPLAINTS,LISTS,CHECKS,CLEAN,MARKS: "A" …
 * "D" or "-"; a number; "-", "a" (abnormal), "s" (serious) or "as"; a number; the day or "-"; of
 * the letters c (closed), d (drawn before), k (key), p (protected) those that hold, or "-".
 */
#define WEIGHT_RULES_TEXT 161
#define WEIGHT_FACTS_TEXT 65
void weight_rules_format(char out[WEIGHT_RULES_TEXT], const struct weight_rules *rules);
bool weight_rules_parse(const char *text, struct weight_rules *out);
void weight_facts_format(char out[WEIGHT_FACTS_TEXT], const struct weight_facts *facts);
/* text is of n bytes; today is left as it is. */
bool weight_facts_parse(const char *text, size_t n, struct weight_facts *out);

#endif
