#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/draw_internal.h"

enum { HEAP_ROOM_MIN = 16 };

static const char *const rule_names[] = {
    [DRAW_SHA256] = "liancha-draw/1", [DRAW_SM3] = "liancha-draw/1-sm3"
};

const char *draw_rule_name(enum draw_rule rule)
{
    return rule_names[rule];
}

bool draw_rule_parse(const char *name, enum draw_rule *rule)
{
    for (int i = DRAW_SHA256; i <= DRAW_SM3; i++) {
        if (strcmp(rule_names[i], name) == 0) {
            *rule = (enum draw_rule)i;
            return true;
        }
    }
    return false;
}

enum digest_kind draw_digest(enum draw_rule rule)
{
    return rule == DRAW_SM3 ? DIGEST_SM3 : DIGEST_SHA256;
}

/* ---- commitment and seed ---- */

static bool is_hex64(const char *text)
{
    uint8_t bytes[DIGEST_SIZE];
    return hex_decode(bytes, sizeof bytes, text);
}

enum rc draw_secret_hash(enum draw_rule rule, const char *secret, char out[DIGEST_HEX],
                         struct err *err)
{
    if (!is_hex64(secret))
        return err_set(err, RC_INVALID, "/secret", "秘密值不是 64 位小写十六进制数");
    digest_hex(draw_digest(rule), secret, strlen(secret), out);
    return RC_OK;
}

enum rc draw_public_value(const char *value, struct err *err)
{
    size_t n = strlen(value);
    if (n == 0 || n > DRAW_PUBLIC_VALUE_MAX)
        return err_set(err, RC_INVALID, "/value", "公共随机值为空，或超过 %d 字节",
                       DRAW_PUBLIC_VALUE_MAX);
    if (!utf8_valid(value, n))
        return err_set(err, RC_INVALID, "/value", "公共随机值不是 UTF-8");
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7F || value[i] == '|')
            return err_set(err, RC_INVALID, "/value", "公共随机值含有控制字符或“|”");
    static const char wide_blank[] = "\xE3\x80\x80";
    if (value[0] == ' ' || value[n - 1] == ' ' || strncmp(value, wide_blank, 3) == 0 ||
        (n >= 3 && strcmp(value + n - 3, wide_blank) == 0))
        return err_set(err, RC_INVALID, "/value", "公共随机值的首尾有空格");
    return RC_OK;
}

enum rc draw_seed(enum draw_rule rule, const char *secret, const char *public_value,
                  const char *const *snapshots, size_t count, char out[DIGEST_HEX], struct err *err)
{
    if (!is_hex64(secret))
        return err_set(err, RC_INVALID, "/secret", "秘密值不是 64 位小写十六进制数");
    enum rc rc = draw_public_value(public_value, err);
    if (rc)
        return rc;
    if (count == 0 || count > DRAW_SNAPSHOTS_MAX)
        return err_set(err, RC_INVALID, "/snapshots", "名录快照为 0 个或超过 %d 个",
                       DRAW_SNAPSHOTS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!is_hex64(snapshots[i]))
            return err_set(err, RC_INVALID, "/snapshots",
                           "第 %zu 个快照摘要不是 64 位小写十六进制数", i + 1);
    uint8_t seed[DIGEST_SIZE];
    struct digest *digest = digest_new(draw_digest(rule));
    digest_update(digest, secret, strlen(secret));
    digest_update(digest, "|", 1);
    digest_update(digest, public_value, strlen(public_value));
    for (size_t i = 0; i < count; i++) {
        digest_update(digest, "|", 1);
        digest_update(digest, snapshots[i], strlen(snapshots[i]));
    }
    digest_final(digest, seed);
    digest_free(digest);
    hex_encode(out, seed, sizeof seed);
    return RC_OK;
}

/* ---- selection ---- */

static uint64_t key_of(const uint8_t score[DIGEST_SIZE])
{
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | score[i];
    return key;
}

static int item_order(const struct draw_item *a, const struct draw_item *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    int order = memcmp(a->entry->score, b->entry->score, DIGEST_SIZE);
    return order ? order
                 : draw_order(a->entry->subject, a->entry->subject_size, b->entry->subject,
                              b->entry->subject_size);
}

static int by_item(const void *a, const void *b)
{
    return item_order(a, b);
}

static void sift_down(struct draw_heap *heap, const struct draw_item *item)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && item_order(&heap->items[child], &heap->items[child + 1]) < 0)
            child++;
        if (item_order(item, &heap->items[child]) >= 0)
            break;
        heap->items[at] = heap->items[child];
    }
    heap->items[at] = *item;
}

static void sift_up(struct draw_heap *heap, const struct draw_item *item)
{
    size_t at = heap->count++;
    for (size_t parent; at > 0; at = parent) {
        parent = (at - 1) / 2;
        if (item_order(item, &heap->items[parent]) <= 0)
            break;
        heap->items[at] = heap->items[parent];
    }
    heap->items[at] = *item;
}

static void heap_widen(struct arena *a, struct draw_heap *heap, size_t max)
{
    size_t room = heap->room ? heap->room * 2 : HEAP_ROOM_MIN;
    room = room < max ? room : max;
    struct draw_item *wider = arena_array(a, room, sizeof *wider);
    if (heap->count)
        memcpy(wider, heap->items, heap->count * sizeof *wider);
    heap->items = wider;
    heap->room = room;
}

/* Keeps a copy of the entry if it is among the smallest max. */
static void heap_offer(struct arena *a, struct draw_heap *heap, size_t max,
                       struct draw_entry *entry)
{
    struct draw_item item = { key_of(entry->score), entry };
    if (heap->count < max) {
        if (heap->count == heap->room)
            heap_widen(a, heap, max);
        item.entry = arena_memdup(a, entry, sizeof *entry);
        sift_up(heap, &item);
    } else if (item_order(&item, &heap->items[0]) < 0) {
        item.entry = heap->items[0].entry;
        *item.entry = *entry;
        sift_down(heap, &item);
    }
}

static enum rc take_line(struct draw_strata *strata, struct draw_tickets *tickets,
                         const struct draw_line *line, struct err *err)
{
    struct draw_slot *slot = draw_strata_slot(strata, line->stratum, line->stratum_size);
    if (!slot)
        return err_set(err, RC_TOO_LARGE, "", "抽查层超过 %d 个", DRAW_STRATA_MAX);
    slot->stratum.lines++;
    if (line->weight == 0)
        return RC_OK;
    slot->stratum.eligible++;
    if (slot->stratum.quota == 0)
        return RC_OK;
    struct draw_entry entry = { .subject = line->subject, .subject_size = line->subject_size };
    draw_score(tickets, line->subject, line->subject_size, line->weight, entry.score);
    heap_offer(strata->arena, &slot->heap, (size_t)2 * slot->stratum.quota, &entry);
    return RC_OK;
}

static void put_picks(struct arena *a, struct draw_slot *slot, struct draw_pick *picks,
                      struct draw_result *result)
{
    struct draw_heap *heap = &slot->heap;
    if (heap->count)
        qsort(heap->items, heap->count, sizeof *heap->items, by_item);
    for (size_t i = 0; i < heap->count; i++) {
        const struct draw_entry *entry = heap->items[i].entry;
        struct draw_pick *pick = &picks[result->count++];
        pick->stratum = slot->stratum.name;
        pick->subject = arena_strndup(a, entry->subject, entry->subject_size);
        pick->position = (uint32_t)i + 1;
        pick->reserve = i >= slot->stratum.quota;
        memcpy(pick->score, entry->score, DIGEST_SIZE);
        result->selected += !pick->reserve;
        result->reserves += pick->reserve;
    }
    result->lines += slot->stratum.lines;
    result->eligible += slot->stratum.eligible;
}

static void collect(struct arena *a, struct draw_strata *strata, struct draw_result *result)
{
    struct draw_slot **sorted = draw_strata_sorted(strata);
    size_t total = 0;
    for (size_t i = 0; i < strata->count; i++)
        total += sorted[i]->heap.count;
    struct draw_pick *picks = arena_array(a, total, sizeof *picks);
    for (size_t i = 0; i < strata->count; i++)
        put_picks(a, sorted[i], picks, result);
    result->picks = picks;
    result->strata = draw_strata_list(strata, &result->stratum_count);
}

enum rc draw_select(struct arena *a, enum draw_rule rule, const char *seed, const char *snapshot,
                    size_t size, const struct draw_quota *quotas, size_t quota_count,
                    struct draw_result *result, struct err *err)
{
    if (!is_hex64(seed))
        return err_set(err, RC_INVALID, "/seed", "种子不是 64 位小写十六进制数");
    struct draw_strata *strata;
    enum rc rc = draw_strata(a, quotas, quota_count, &strata, err);
    if (rc)
        return rc;
    struct draw_reader reader;
    rc = draw_read_start(&reader, snapshot, size, err);
    if (rc)
        return rc;
    struct draw_tickets *tickets = draw_tickets(a, rule, seed);
    struct draw_line line;
    while ((rc = draw_read(&reader, &line, err)) == RC_OK) {
        rc = take_line(strata, tickets, &line, err);
        if (rc)
            return rc;
    }
    if (rc != RC_DONE)
        return rc;
    *result = (struct draw_result){ .count = 0 };
    memcpy(result->draw_id, reader.draw_id, sizeof result->draw_id);
    collect(a, strata, result);
    return RC_OK;
}
