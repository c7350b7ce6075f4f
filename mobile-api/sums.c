#include "sums.h"

#include <string.h>

#include "canonical.h"

enum { CANONICAL_MAX = 1 << 20 }; /* bytes of one body */

void sums_receipt(uint8_t receipt[DIGEST_SIZE], const uint8_t id[SYNCOP_ID],
                  const uint8_t body[DIGEST_SIZE], const char *outcome)
{
    struct digest *d = digest_new(DIGEST_SHA256);
    digest_update(d, receipt, DIGEST_SIZE);
    digest_update(d, id, SYNCOP_ID);
    digest_update(d, body, DIGEST_SIZE);
    digest_update(d, outcome, strlen(outcome));
    digest_final(d, receipt);
    digest_free(d);
}

bool sums_item(struct digest *sum, struct arena *a, const struct feed_item *item)
{
    char body[DIGEST_HEX];
    struct buf text;
    struct err err = { .rc = RC_OK };
    cJSON *tree;
    if (json_parse(a, item->body, strlen(item->body), &tree, &err) != RC_OK)
        return false;
    buf_init(&text, a, CANONICAL_MAX);
    canonical_put(&text, a, tree);
    digest_hex(DIGEST_SHA256, text.p, text.n, body);
    const char *line =
        arena_printf(a, "%s:%lld:%lld:%lld:%s\n", item->entity, (long long)item->entity_id,
                     (long long)item->version, (long long)item->seq, body);
    digest_update(sum, line, strlen(line));
    return !text.full;
}
