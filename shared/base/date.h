/*
 * Civil dates and instants as integers.
 *
 * A date is a number of days since 1970-01-01 in the proleptic Gregorian calendar, of the official
 * calendar (UTC+8). An instant is milliseconds since 1970-01-01T00:00:00Z.
 */
#ifndef LIANCHA_BASE_DATE_H
#define LIANCHA_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DATE_TEXT 11    /* "2023-11-10" */
#define INSTANT_TEXT 25 /* "2023-11-10T08:00:00.123Z" */

int32_t date_of(int year, int month, int day);
int date_year(int32_t date);
/* The first day of its month. */
int32_t date_month(int32_t date);
/* 0 = Monday … 6 = Sunday. */
int date_weekday(int32_t date);
/* "YYYY-MM-DD", an existing day of the years 1900 to 2199. */
bool date_parse(const char *text, int32_t *date);
void date_format(char out[DATE_TEXT], int32_t date);

/* The official date (UTC+8) on which an instant falls. */
int32_t date_at(int64_t instant);
/* When an official day begins. */
int64_t date_start(int32_t date);
/* When the official year of an instant began. */
int64_t date_year_start(int64_t instant);
/* RFC 3339 in UTC with milliseconds. */
void instant_format(char out[INSTANT_TEXT], int64_t instant);
/* RFC 3339 with Z or ±hh:mm, seconds with up to nine decimals. */
bool instant_parse(const char *text, int64_t *instant);

#endif
