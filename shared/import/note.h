/* What stands below a table or within it, or at the end of each printed page, and is no row. */
#ifndef LIANCHA_IMPORT_NOTE_H
#define LIANCHA_IMPORT_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/csv.h"

/*
 * Whether a row, whose fields are clean, is such a note: 制表人：… 审核人：… 填表日期：…, 注：…, 合计,
 * 第 1 页, or all of it is 一、公共场所, which heads the rows below it, 共 12 家, 以下空白, a day or
 * a seal, or the numbers of the columns (1, 2, 3), or in brackets what to write in each. Else it
 * begins with a word of such notes, and each of the columns of that bit (from the first, 1) holds
 * nothing, or one more of them: a row that names somebody is data.
 */
bool note_row(const struct csv_row *row, uint64_t naming);

/* What stands below a header for those who fill it in: the numbers of the columns (1, 2, 3; 甲, 乙,
   1, 2; A, B, C), or of each what to write, in brackets. */
bool note_numbering(const struct csv_row *row);

#endif
