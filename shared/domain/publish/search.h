/*
 * What a search of the published results compares: a citizen types a name as it is spoken, copied
 * or printed, and must not be told that nothing is published for a blank or a bracket of another
 * form.
 */
#ifndef LIANCHA_DOMAIN_SEARCH_H
#define LIANCHA_DOMAIN_SEARCH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

/* The text in half width and capitals, without blanks, brackets, hyphens, points and quotation
   marks; "" when nothing is left. The same for what is found and for what is asked. */
char *search_text(struct arena *a, const char *text);

/* What a publication is found by: its name and its code, which no search text spans by accident. */
char *search_entry(struct arena *a, const char *name, const char *code);

/*
 * Any part of an entry begins a suffix of it: the index holds every suffix, cut at SEARCH_SUFFIX
 * characters. Calls fn with each, which is valid during the call, until one fails.
 */
enum { SEARCH_SUFFIX = 16, SEARCH_ENTRY_MAX = 160 /* characters of an entry */ };
typedef enum rc search_fn(void *data, const char *suffix);
enum rc search_suffixes(struct arena *a, const char *entry, search_fn *fn, void *data) RC_CHECKED;

/*
 * What a search without a term asks for, as further entries of that index, which no search text is
 * like: a region's code, a class, a kind, a department's name, each NULL where it is not asked for;
 * and the day of a check. Both fit SEARCH_SUFFIX characters.
 */
struct search_facet {
    const char *region;
    const char *result_class;
    const char *kind;
    const char *department;
};
char *search_facet(struct arena *a, const struct search_facet *facet);
char *search_day(struct arena *a, int32_t date);

/*
 * What a publication has several of: ",s:CODE," of a specialty, ",p:CODE," of a plan, ",i:CODE," of
 * an item; those of one publication are one text, in which each shares its commas with the next.
 * The entry of one; of a specialty in a region too, for a region has little of a common one.
 */
enum search_tag { SEARCH_SPECIALTY = 's', SEARCH_PLAN = 'p', SEARCH_ITEM = 'i' };
char *search_tag(struct arena *a, enum search_tag kind, const char *code);
char *search_tag_entry(struct arena *a, const char *tag, const char *region);

/* What is found: NULL for what it is not found by. */
struct search_found {
    struct search_facet facet;
    const char *tags;
    int32_t day;
};
/* Of a section's thousand items, and of the plans and specialties of its tasks. */
enum { SEARCH_TAGS = 1256, SEARCH_FACETS = 16 + 2 * SEARCH_TAGS };
/* Calls fn with every entry by which a publication is found without a term: each choice among the
   four of its facet, none excepted, its tags, and its day. */
enum rc search_facets(struct arena *a, const struct search_found *found, search_fn *fn,
                      void *data) RC_CHECKED;

/* The first SEARCH_SUFFIX characters of a search text: what a suffix that holds it begins with. */
char *search_prefix(struct arena *a, const char *text);

#endif
