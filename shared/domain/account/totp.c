#include "domain/account/totp.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum { STEP_MS = 30000, COUNTER = 8, BESIDE = 1, MODULUS = 1000000 };

void totp_base32(const uint8_t secret[TOTP_SECRET], char out[TOTP_BASE32])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < TOTP_BASE32 - 1; i++) {
        int bit = 5 * i;
        unsigned two = (unsigned)secret[bit / 8] << 8;
        if (bit / 8 + 1 < TOTP_SECRET)
            two |= secret[bit / 8 + 1];
        out[i] = digits[two >> (11 - bit % 8) & 31];
    }
    out[TOTP_BASE32 - 1] = '\0';
}

void totp_code(const uint8_t secret[TOTP_SECRET], int64_t step, char out[TOTP_DIGITS])
{
    uint8_t counter[COUNTER];
    uint8_t mac[SHA1_SIZE];
    for (int i = COUNTER; i-- > 0; step /= 256)
        counter[i] = (uint8_t)(step % 256);
    hmac_sha1(secret, TOTP_SECRET, counter, sizeof counter, mac);
    const uint8_t *at = mac + (mac[SHA1_SIZE - 1] & 15);
    uint32_t number =
        ((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) & INT32_MAX;
    (void)snprintf(out, TOTP_DIGITS, "%06u", (unsigned)(number % MODULUS));
}

bool totp_match(const uint8_t secret[TOTP_SECRET], const char *digits, int64_t now, int64_t last,
                int64_t *step)
{
    char expected[TOTP_DIGITS];
    for (int64_t s = now / STEP_MS - BESIDE; s <= now / STEP_MS + BESIDE; s++) {
        if (s <= last)
            continue;
        totp_code(secret, s, expected);
        if (strcmp(expected, digits) == 0) {
            *step = s;
            return true;
        }
    }
    return false;
}
