/*
 * What a new password must be (GB/T 22239-2019 8.1.4.1: 复杂度要求, without a number; the numbers
 * are rules). That it is none of the last ones is for whoever has their digests.
 */
#ifndef LIANCHA_DOMAIN_PASSWORD_H
#define LIANCHA_DOMAIN_PASSWORD_H

#include <stddef.h>
#include <stdint.h>

enum { PASSWORD_MAX = 128 }; /* bytes */

struct password_rules {
    int64_t length;           /* code points, at least */
    int64_t classes;          /* of: small letters, capitals, digits, all else; at least */
    const char *const *words; /* that everybody tries, in small letters, the longest first */
    size_t word_count;
};

enum password_fault {
    PASSWORD_GOOD,
    PASSWORD_LONG, /* above PASSWORD_MAX bytes */
    PASSWORD_SHORT,
    PASSWORD_PLAIN, /* too few classes */
    PASSWORD_NAMED, /* holds the login */
    PASSWORD_KNOWN, /* little more than words that everybody tries, also as p@ssw0rd writes them */
};

enum password_fault password_judge(const struct password_rules *rules, const char *password,
                                   const char *login);

#endif
