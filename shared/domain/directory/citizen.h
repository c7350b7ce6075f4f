/*
 * Identity numbers of natural persons (GB 11643-1999: region, day of birth, serial number, check
 * character), which stand in for a code where the one inspected has no enterprise.
 */
#ifndef LIANCHA_DOMAIN_CITIZEN_H
#define LIANCHA_DOMAIN_CITIZEN_H

#include <stdbool.h>

/*
 * Whether a normalised code is the number of a person: 18 characters with a region, a day and the
 * right check character, or 15 digits with a region and a day that are no registration number. Of
 * 18 characters about one in thirty is right as a credit code too (*both): then it is a person's
 * until somebody decides otherwise.
 */
bool citizen_number(const char *code, bool *both);

#endif
