/*
 * Result codes and the one description of a fault.
 *
 * A function that can fail returns enum rc. Where a person has to know more than the code, the
 * function takes a struct err as its last parameter; the detail is written once, by the function
 * that finds the fault, and nobody above rewrites it. fcgi/web maps the code to HTTP.
 */
#ifndef LIANCHA_BASE_RC_H
#define LIANCHA_BASE_RC_H

enum rc {
    RC_OK = 0,
    RC_DONE,            /* an iteration has no further row; not a fault */
    RC_MALFORMED,       /* not JSON, not UTF-8, not CSV … */
    RC_INVALID,         /* well-formed, but a field breaks its rule; pointer names it */
    RC_UNAUTHENTICATED, /* no session, or an expired or revoked one */
    RC_PROOF,           /* the signature is not that of the device's key */
    RC_FORBIDDEN,       /* the session's role or department may not do this */
    RC_PASSWORD,        /* the account's password is one that somebody else chose */
    RC_RETIRED,         /* the device may hand over what it has, and gets nothing more */
    RC_OFF_DUTY,        /* so does its inspector, until back on duty with a card that counts */
    RC_FORKED,          /* the device's data was copied or restored: it is enrolled anew */
    RC_LOST,            /* the device was reported lost: it is to erase what it holds */
    RC_NOT_FOUND,
    RC_METHOD,   /* the resource exists, the method does not */
    RC_CONFLICT, /* a unique key, or somebody else was first */
    RC_STATE,    /* the resource is in a state that does not allow this step */
    RC_STALE,    /* the resource was changed since its author of a change saw it */
    RC_EPOCH,    /* the server was restored: the client pulls anew */
    RC_GONE,
    RC_TOO_LARGE,
    RC_MEDIA_TYPE,
    RC_CHECKSUM, /* bytes differ from the digest that was announced */
    RC_TOO_MANY,
    RC_NO_SPACE,    /* disk or quota full */
    RC_RETRY,       /* deadlock or lock timeout: the whole transaction may be run again */
    RC_UNCERTAIN,   /* connection lost at COMMIT: nobody knows */
    RC_UNAVAILABLE, /* a system this depends on does not answer */
    RC_INTERNAL,    /* a fault of ours */
    RC_COUNT
};

struct err {
    enum rc rc;
    char pointer[160]; /* RFC 6901 pointer into the body or the query, or a CSV field; may be "" */
    char detail[400];  /* for a person, in Chinese */
};

#define RC_CHECKED __attribute__((warn_unused_result))

/* Stores code, pointer and detail; returns the code. err may be NULL. */
enum rc err_set(struct err *err, enum rc rc, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The code's stable English name, e.g. "not-found": problem types and exit messages use it. */
const char *rc_name(enum rc rc);

#endif
