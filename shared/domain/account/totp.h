/*
 * The six digits of an authenticator (RFC 6238: HMAC-SHA1, 30 seconds), of the step of now or of
 * one beside it, for clocks differ; each step is good once.
 */
#ifndef LIANCHA_DOMAIN_TOTP_H
#define LIANCHA_DOMAIN_TOTP_H

#include <stdbool.h>
#include <stdint.h>

enum { TOTP_SECRET = 20 /* bytes */, TOTP_BASE32 = 33, TOTP_DIGITS = 7 };

/* RFC 4648 base32, 32 characters and a NUL: what a person types or a code of the screen holds. */
void totp_base32(const uint8_t secret[TOTP_SECRET], char out[TOTP_BASE32]);
void totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char out[TOTP_DIGITS]);
/* Whether the digits are those of a step near now and behind the last one that was used: *step. */
bool totp_match(const uint8_t secret[TOTP_SECRET], const char *digits, int64_t now, int64_t last,
                int64_t *step);

#endif
