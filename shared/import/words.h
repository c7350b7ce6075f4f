/* The words of the field for columns and values: one table each, by which files are read. */
#ifndef LIANCHA_IMPORT_WORDS_H
#define LIANCHA_IMPORT_WORDS_H

#include <stddef.h>

/* A column of a file that means nothing here, as a mapping or the table says it. */
#define WORDS_IGNORED "-"

/*
 * The column of this kind of import that a header stands for: its own name, or a word of the field;
 * WORDS_IGNORED for one that is known to carry nothing; NULL for an unknown one. The result lives
 * for ever. name is as cell_name has it.
 */
const char *words_column(const char *kind, const char *const *columns, const char *name);

/* The first word of the field for a column, or "". */
void words_title(const char *kind, const char *column, char *out, size_t size);

/* The value of a column that a word stands for, or NULL. name is as cell_name has it. */
const char *words_value(const char *column, const char *name);
/* What may stand in the column, for a person: 营业（open）、停业（closed）; "" for an unknown
   column. */
const char *words_allowed(const char *column);

#endif
