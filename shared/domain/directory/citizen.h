/*
 * Identity numbers of natural persons, which stand in for a code where the one inspected has no
 * enterprise: of citizens (GB 11643-1999: region, day of birth, serial number, check character), of
 * foreigners who live here, of passports and permits.
 */
#ifndef LIANCHA_DOMAIN_CITIZEN_H
#define LIANCHA_DOMAIN_CITIZEN_H

#include <stdbool.h>

#include "base/arena.h"

/*
 * Whether a normalised code is the number of a person: 18 characters with a region, a day and the
 * right check character, 15 digits with a region and a day that are no registration number, or the
 * number of a passport or a permit (E12345678, H01234567, CHN110180010101). Of 18 characters about
 * one in thirty is right as a credit code too (*both): then it is a person's until somebody decides
 * otherwise, unless it is a foreigner's, which begins as most credit codes do.
 */
bool citizen_number(const char *code, bool *both);

enum { CITIZEN_TEXT = 24 };
/* As it may be shown: 110105********002X. */
void citizen_shown(const char *number, char out[CITIZEN_TEXT]);
/* The text with each such number in it, however wide and spaced, as it may be shown. */
const char *citizen_cover(struct arena *a, const char *text);

#endif
