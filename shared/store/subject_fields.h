/* The columns of a subject that come with a file, code and verified_on aside: for statements that write
   them. */
#ifndef LIANCHA_STORE_SUBJECT_FIELDS_H
#define LIANCHA_STORE_SUBJECT_FIELDS_H

#include "store/subject.h"

/* Their list, each as is("column") says it. */
#define SUBJECT_FIELDS(is)                                                                                               \
    is("code_flagged") ", " is("name") ", " is("type") ", " is("address") ", " is("region_code") ", " is("lon") ", " is( \
        "lat") ", " is("state") ", " is("credit_class") ", " is("is_key") ", " is("complaints") ", " is("synthetic")
#define SUBJECT_FIELD_TYPES "ittttddttiii"
enum { SUBJECT_FIELD_COUNT = 12 };

void subject_fields(const struct subject *s, struct db_val v[SUBJECT_FIELD_COUNT]);

#endif
