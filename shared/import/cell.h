/*
 * What a cell of an official's file says, in the forms that people and spreadsheets write. Pure: a
 * text in, a value out. A reader returns false for a text that it does not know.
 */
#ifndef LIANCHA_IMPORT_CELL_H
#define LIANCHA_IMPORT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Strips, in place, what a spreadsheet writes around a text: blanks of every kind at both ends, the
   leading apostrophe, and the shell of ="…"; returns the new start. */
char *cell_clean(char *text);

enum { CELL_NAME = 128 };
/* A header or a word to compare by: half-width, without blanks, in lower case, without the star of
   a required column and a colon at its end. Longer ones are cut. */
void cell_name(const char *text, char out[CELL_NAME]);
/* The same without what stands in brackets at its end. */
void cell_name_outside_brackets(char name[CELL_NAME]);
/* Takes one thing off a header that is written around it: its number (3.名称), brackets before or
   behind it (【必填】名称, 名称(全称)[文本]), quotes, a line break of markup. False when there is none. */
bool cell_name_peel(char name[CELL_NAME]);

/* Half-width; blanks are dropped, or one each where they are kept. False when it does not fit. */
bool cell_half(const char *text, bool keep_blanks, char *out, size_t size);

/* 1234, 1,234, １２３４, 1234.00 and 1234 家; in [0, max]. */
bool cell_int(const char *text, int64_t max, int64_t *value);
/* A plain decimal number, full-width too. */
bool cell_decimal(const char *text, double min, double max, double *value);
/* 1 or 0, 是 or 否, TRUE or FALSE, and their like, ☑是 □否 too. */
bool cell_bool(const char *text, bool *value);
/*
 * 2023-5-1, 2023/5/1, 2023.5.1, 2023年5月1日, 二〇二三年五月一日, 20230501, a spreadsheet's number of
 * days (45047), each with a day of the week and a time of day or without: the year always first, as
 * nothing else is sure to be read right. A moment with an offset is of its day in China.
 */
bool cell_date(const char *text, int32_t *date);
/* The last day of a period too: 2024.8.29-2029.8.28, 至2029年8月28日, 2029-08-28止. */
bool cell_until(const char *text, int32_t *date);
#define CELL_DATE_FORMS "2023-05-01、2023/5/1、2023.5.1 或 2023年5月1日"

/* Whether it is a word for nothing: /, —, 无, 暂无, N/A. */
bool cell_says_nothing(const char *text);

/* Why nothing can be known of what stood there; NULL where something can: a number that took the
   place of a code (9.14104E+17), a column too narrow (####), an error (#REF!), a formula, 同上. */
const char *cell_lost(const char *text);
/* As above, of an identifier: a long number whose end became zeros is lost too. */
const char *cell_code_lost(const char *text);

/* What should not stand in a name: what publication would mask, markup, characters that cannot be
   seen; NULL for nothing. What it needs for it is the arena's. */
const char *cell_name_oddity(struct arena *a, const char *text);

#endif
