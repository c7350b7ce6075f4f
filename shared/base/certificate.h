/* What is told of X.509 certificates (OpenSSL) beyond their keys: base/rsa. */
#ifndef LIANCHA_BASE_CERTIFICATE_H
#define LIANCHA_BASE_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

/* The instant at which the first of these certificates in PEM ends; false when there is none. */
bool certificate_end(const char *pem, int64_t *end);

#endif
