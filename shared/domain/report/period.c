#include "domain/report/period.h"

#include <stdbool.h>

#include "base/date.h"

enum { REMIND_DAYS = 30, YEAR_DAYS = 366, MONTH_DAYS = 31, MAY = 5, JULY = 7, OCTOBER = 10 };

static enum rc week(int32_t from, int32_t to, int64_t *number, struct err *err)
{
    int32_t thursday = from + 3; /* the year that most of a week is in has it */
    int year = date_year(thursday);
    if (date_weekday(from) != 0)
        return err_set(err, RC_INVALID, "/from", "周报须从星期一开始");
    if (to != from + 6)
        return err_set(err, RC_INVALID, "/to", "周报须到同一周的星期日为止");
    *number = (int64_t)year * 100 + (thursday - date_of(year, 1, 1)) / 7 + 1;
    return RC_OK;
}

static enum rc month(int32_t from, int32_t to, int64_t *number, struct err *err)
{
    int year = date_year(from);
    int of_year = 1;
    if (from != date_month(from))
        return err_set(err, RC_INVALID, "/from", "月报须从一个月的 1 日开始");
    if (to != date_month(from + MONTH_DAYS) - 1)
        return err_set(err, RC_INVALID, "/to", "月报须到同一个月的最后一天为止");
    while (date_of(year, of_year, 1) != from)
        of_year++;
    *number = (int64_t)year * 100 + of_year;
    return RC_OK;
}

/* The first day on which a summary of that year may end. */
static int32_t first_end(enum report_kind kind, int year)
{
    return date_of(year, kind == REPORT_MIDYEAR ? MAY : OCTOBER, 1);
}

/* From 1 January to one of its last days, as it is due before it has ended. */
static enum rc summary(enum report_kind kind, int32_t from, int32_t to, int64_t *number,
                       struct err *err)
{
    int year = date_year(from);
    bool half = kind == REPORT_MIDYEAR;
    if (from != date_of(year, 1, 1))
        return err_set(err, RC_INVALID, "/from", "总结须从 1 月 1 日开始");
    if (to < first_end(kind, year) ||
        to >= (half ? date_of(year, JULY, 1) : date_of(year + 1, 1, 1)))
        return err_set(err, RC_INVALID, "/to",
                       half ? "半年总结须截至同年 5 月 1 日至 6 月 30 日中的一天"
                            : "年度总结须截至同年 10 月 1 日至 12 月 31 日中的一天");
    *number = year;
    return RC_OK;
}

static enum rc special(int32_t from, int32_t to, int64_t *number, struct err *err)
{
    if (to < from)
        return err_set(err, RC_INVALID, "/to", "报告期的截止日期早于开始日期");
    if (to - from >= YEAR_DAYS)
        return err_set(err, RC_INVALID, "/to", "专题报告的报告期最长一年");
    *number = (int64_t)date_year(to) * REPORT_SPECIALS;
    return RC_OK;
}

enum rc report_period(enum report_kind kind, int32_t from, int32_t to, int32_t today,
                      int64_t *number, struct err *err)
{
    enum rc rc = kind == REPORT_WEEKLY    ? week(from, to, number, err)
                 : kind == REPORT_MONTHLY ? month(from, to, number, err)
                 : kind == REPORT_SPECIAL ? special(from, to, number, err)
                                          : summary(kind, from, to, number, err);
    if (rc == RC_OK && to >= today)
        return err_set(err, RC_INVALID, "/to", "报告期尚未结束，截止日期须在今天之前");
    return rc;
}

int32_t report_due(int64_t month_day, int32_t today)
{
    int year = date_year(today) + 1;
    int32_t due = 0;
    if (month_day == 0)
        return 0;
    do
        due = date_of(year--, (int)month_day / 100, (int)month_day % 100);
    while (due - REMIND_DAYS > today);
    return due;
}

int report_due_year(enum report_kind kind, int32_t due)
{
    int year = date_year(due);
    return due > first_end(kind, year) ? year : year - 1;
}
