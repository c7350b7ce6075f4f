/* What the tests of the match share: a seed, specialties, a section. */
#ifndef LIANCHA_TESTS_UNIT_MATCH_H
#define LIANCHA_TESTS_UNIT_MATCH_H

#include "domain/draw/match.h"

enum { MEDICAL = 1, SCHOOL = 2, BLOOD = 4 };

static const char seed[] = "210a5db66ed9126e5682886663c646eded46df1d3f4f614e19699c90e6120012";

static const struct match_section sheet = { .visit = "C1-S1",
                                            .subject = "S1",
                                            .region = "410402",
                                            .department = "H410402",
                                            .kind = "health",
                                            .department_region = "410402",
                                            .specialties = MEDICAL };

#endif
