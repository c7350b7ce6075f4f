#include "base/certificate.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/date.h"

enum { DAY_SECONDS = 86400, HOUR_SECONDS = 3600, MINUTE_SECONDS = 60, SECOND_MS = 1000 };

static bool instant_of(const ASN1_TIME *time, int64_t *at)
{
    struct tm t;
    if (ASN1_TIME_to_tm(time, &t) != 1)
        return false;
    int64_t seconds = t.tm_hour * HOUR_SECONDS + t.tm_min * MINUTE_SECONDS + t.tm_sec;
    *at = ((int64_t)date_of(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday) * DAY_SECONDS + seconds) *
          SECOND_MS;
    return true;
}

bool certificate_end(const char *pem, int64_t *end)
{
    bool found = false;
    size_t n = strlen(pem);
    X509 *certificate;
    BIO *in = n <= INT_MAX ? BIO_new_mem_buf(pem, (int)n) : NULL;
    while (in && (certificate = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        int64_t at;
        if (instant_of(X509_get0_notAfter(certificate), &at) && (!found || at < *end)) {
            *end = at;
            found = true;
        }
        X509_free(certificate);
    }
    BIO_free(in);
    ERR_clear_error();
    return found;
}
