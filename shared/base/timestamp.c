#include "base/timestamp.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "base/date.h"

#define SECOND_MS INT64_C(1000)

/* ---- the query ---- */

static bool fill_imprint(TS_REQ *query, const uint8_t hash[DIGEST_SIZE])
{
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    bool done =
        imprint && algorithm &&
        X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
        TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
        TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)hash, DIGEST_SIZE) == 1 &&
        TS_REQ_set_msg_imprint(query, imprint) == 1;
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return done;
}

static bool fill(TS_REQ *query, const uint8_t hash[DIGEST_SIZE], uint64_t nonce)
{
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    bool done = number && TS_REQ_set_version(query, 1) == 1 && fill_imprint(query, hash) &&
                ASN1_INTEGER_set_uint64(number, nonce) == 1 &&
                TS_REQ_set_nonce(query, number) == 1 && TS_REQ_set_cert_req(query, 1) == 1;
    ASN1_INTEGER_free(number);
    return done;
}

enum rc timestamp_query(struct arena *a, const void *bytes, size_t n, uint64_t nonce,
                        const char **query, size_t *size)
{
    uint8_t hash[DIGEST_SIZE];
    unsigned char *der = NULL;
    int length = -1;
    TS_REQ *made = TS_REQ_new();
    digest_bytes(DIGEST_SHA256, bytes, n, hash);
    if (made && fill(made, hash, nonce))
        length = i2d_TS_REQ(made, &der);
    if (length > 0) {
        *query = arena_slice(a, (const char *)der, (size_t)length);
        *size = (size_t)length;
    }
    OPENSSL_free(der);
    TS_REQ_free(made);
    ERR_clear_error();
    return length > 0 ? RC_OK : RC_INTERNAL;
}

/* ---- the reply ---- */

static bool time_of(TS_TST_INFO *info, int64_t *at)
{
    struct tm t;
    if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &t) != 1)
        return false;
    *at = ((int64_t)date_of(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday) * 86400 + t.tm_hour * 3600 +
           t.tm_min * 60 + t.tm_sec) *
          SECOND_MS;
    return true;
}

static bool same_bytes(TS_TST_INFO *info, const struct timestamp_wanted *wanted)
{
    uint8_t hash[DIGEST_SIZE];
    TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
    const ASN1_OBJECT *algorithm;
    const ASN1_OCTET_STRING *message = TS_MSG_IMPRINT_get_msg(imprint);
    X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    digest_bytes(DIGEST_SHA256, wanted->bytes, wanted->n, hash);
    return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(message) == DIGEST_SIZE &&
           memcmp(ASN1_STRING_get0_data(message), hash, DIGEST_SIZE) == 0;
}

static bool same_nonce(TS_TST_INFO *info, const struct timestamp_wanted *wanted)
{
    uint64_t nonce;
    const ASN1_INTEGER *number = TS_TST_INFO_get_nonce(info);
    return !wanted->nonce ||
           (number && ASN1_INTEGER_get_uint64(&nonce, number) == 1 && nonce == *wanted->nonce);
}

/* All certificates of a PEM text. */
static X509_STORE *store_of(const char *pem)
{
    size_t n = strlen(pem);
    BIO *in = n <= INT_MAX ? BIO_new_mem_buf(pem, (int)n) : NULL;
    X509_STORE *store = X509_STORE_new();
    X509 *certificate = NULL;
    while (in && store && (certificate = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        (void)X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
    }
    BIO_free(in);
    return store;
}

/* As of the time that it states: a certificate that expired since then still proves it. */
static bool signed_by(TS_RESP *reply, const char *authorities, int64_t at)
{
    TS_VERIFY_CTX *check = TS_VERIFY_CTX_new();
    X509_STORE *store = store_of(authorities);
    bool good = false;
    if (check && store) {
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(at / SECOND_MS));
        (void)TS_VERIFY_CTX_set_flags(check, TS_VFY_SIGNATURE | TS_VFY_VERSION);
        (void)TS_VERIFY_CTX_set_store(check, store); /* which it owns from here on */
        store = NULL;
        good = TS_RESP_verify_response(check, reply) == 1;
    }
    X509_STORE_free(store);
    TS_VERIFY_CTX_free(check);
    return good;
}

static enum rc judge(TS_RESP *reply, const struct timestamp_wanted *wanted, int64_t *at,
                     struct err *err)
{
    TS_TST_INFO *info = TS_RESP_get_tst_info(reply);
    if (!info || !time_of(info, at))
        return err_set(err, RC_INVALID, "", "时间戳服务没有给出时间戳");
    if (!same_bytes(info, wanted))
        return err_set(err, RC_INVALID, "", "时间戳是另一份内容的");
    if (!same_nonce(info, wanted))
        return err_set(err, RC_INVALID, "", "时间戳是另一次请求的");
    if (wanted->authorities && !signed_by(reply, wanted->authorities, *at))
        return err_set(err, RC_INVALID, "", "时间戳不是指定的时间戳机构所签");
    return RC_OK;
}

enum rc timestamp_read(const void *reply, size_t size, const struct timestamp_wanted *wanted,
                       int64_t *at, struct err *err)
{
    const unsigned char *p = reply;
    TS_RESP *read = size <= TIMESTAMP_REPLY_MAX ? d2i_TS_RESP(NULL, &p, (long)size) : NULL;
    enum rc rc = RC_OK;
    *at = 0;
    if (!read || p != (const unsigned char *)reply + size)
        rc = err_set(err, RC_MALFORMED, "", "不是时间戳服务的答复");
    else
        rc = judge(read, wanted, at, err);
    TS_RESP_free(read);
    ERR_clear_error();
    return rc;
}
