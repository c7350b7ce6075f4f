/*
 * The cursor of a pull: how far a phone has followed its feeds. Opaque to the phone, authenticated
 * by an HMAC under the settings' key, and bounded: of the visits it keeps the positions of those
 * that changed last. A forgotten position costs some items sent once more, never a missed one,
 * because the inspector's feed says which visits changed.
 */
#ifndef LIANCHA_MOBILE_CURSOR_H
#define LIANCHA_MOBILE_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/field/feed.h"
#include "sys/seal.h"

/* A floor is the head of a visit's feed when its telling from 0 began: what was purged below is no
   loss. */
enum { CURSOR_VISITS_MAX = FEED_KNOWN_MAX, CURSOR_EPOCH = 8, CURSOR_TEXT_MAX = 4000 };

struct cursor {
    uint8_t epoch[CURSOR_EPOCH]; /* of cursor_epoch */
    int64_t inspector_id;
    int64_t department_id;
    int64_t inspector; /* positions in the feeds of that name */
    int64_t department;
    int64_t dictionary;
    int64_t shared; /* as feed.h has it: these two miss nothing up to there; 0: not known */
    int64_t again;  /* a visit that is being told anew, out of its turn; 0: none */
    int64_t again_floor;
    int64_t partial; /* the visit that the last page cut off; 0: none */
    int64_t partial_floor;
    struct feed_position visits[CURSOR_VISITS_MAX]; /* the one that changed last stands first */
    size_t visit_count;
    int64_t former; /* not in the text: a department that is to be forgotten; 0: none */
};

/* What a cursor keeps of the database's epoch. */
void cursor_epoch(const char *epoch, uint8_t out[CURSOR_EPOCH]);

/* The position in a visit's feed, 0 when it is not known. */
int64_t cursor_visit(const struct cursor *c, int64_t visit_id);
/* Sets it and moves the visit to the front; the last one may fall out. */
void cursor_set_visit(struct cursor *c, int64_t visit_id, int64_t seq);
void cursor_drop_visit(struct cursor *c, int64_t visit_id);

/* At most CURSOR_TEXT_MAX characters: of visits with large numbers those that changed last. */
char *cursor_encode(struct arena *a, const struct cursor *c, const uint8_t key[SEAL_KEY_SIZE]);
/* RC_MALFORMED for any text that cursor_encode did not make under this key; RC_EPOCH for one of
   another format. */
enum rc cursor_decode(const char *text, const uint8_t key[SEAL_KEY_SIZE],
                      struct cursor *out) RC_CHECKED;

#endif
