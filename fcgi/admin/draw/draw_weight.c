/* Snapshots of rule 2: weights and reasons follow from the facts beside them, and the file of what
   changed in the directory lately is the one that was frozen with them. */
#include <string.h>

#include "admin/draw/draw_verify.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "domain/draw/weight.h"

enum { CHANGE_FIELDS = 8, HEAD_FIELDS = 4, CHANGES_DAYS = 30, DAY_MS = 86400000 };

static const char *weight_fault(const struct draw_line *line, const struct weight_rules *rules,
                                int32_t day)
{
    struct weight_facts facts = { .today = day };
    if (!weight_facts_parse(line->facts, line->facts_size, &facts))
        return "权重的依据写法有误";
    const struct weight weight = weight_of(rules, &facts);
    const char *reason = weight_reason(weight.exclusion);
    if (weight.value != line->weight)
        return "权重不是由其依据得出的";
    return strlen(reason) == line->reason_size &&
                   memcmp(reason, line->reason, line->reason_size) == 0
               ? NULL
               : "排除原因不是由其依据得出的";
}

static void check_lines(struct verify *v, const char *name, struct draw_reader *reader)
{
    struct weight_rules rules = weight_rules_default;
    struct draw_line line;
    struct err err = { .rc = RC_OK };
    if (!weight_rules_parse(reader->head.rules, &rules)) {
        verify_note(v, name, "line 1", "权重规则的写法有误");
        return;
    }
    while (draw_read(reader, &line, &err) == RC_OK) {
        const char *fault = weight_fault(&line, &rules, reader->head.day);
        if (!fault)
            continue;
        verify_note(v, name,
                    arena_printf(v->arena, "line %zu, bytes %zu-%zu", reader->line_number,
                                 reader->line_offset, reader->line_end),
                    "%s", fault);
        return;
    }
}

/* What changed: in order, within the days before the freeze. */
static void check_changes(struct verify *v, const struct verify_draw *d,
                          const struct tar_file *file)
{
    int64_t since;
    int64_t until;
    struct verify_lines l = { .v = v, .file = file->name };
    l.next = arena_slice(v->arena, file->data, file->size);
    if (!verify_line(&l, HEAD_FIELDS))
        return;
    if (strcmp(l.f[0], "liancha-changes/1") != 0 || strcmp(l.f[1], d->id) != 0 ||
        !verify_instant(l.f[2], &since) || !verify_instant(l.f[3], &until) ||
        until != d->frozen_at || since != until - (int64_t)CHANGES_DAYS * DAY_MS) {
        verify_note_line(&l, "不认识的格式，或不属于这次抽取的冻结");
        return;
    }
    while (verify_line(&l, CHANGE_FIELDS))
        continue;
}

void verify_weights(struct verify *v, const struct verify_draw *d, const struct tar_file *snapshot)
{
    struct draw_reader reader;
    struct err err = { .rc = RC_OK };
    char hex[DIGEST_HEX];
    const char *name = arena_printf(v->arena, "changes-%s.txt", d->id);
    const struct tar_file *changes = verify_file(v, name);
    int version = draw_rule_version(v->rule);
    if (draw_read_start(&reader, snapshot->data, snapshot->size, &err) != RC_OK)
        return; /* noted already */
    if (reader.head.version != version)
        verify_note(v, snapshot->name, "line 1", "名录快照的格式不属于这条规则");
    if (version == 1 || reader.head.version == 1)
        return;
    if (reader.head.day != date_at(d->frozen_at))
        verify_note(v, snapshot->name, "line 1", "不是公告的冻结之日");
    check_lines(v, snapshot->name, &reader);
    if (!changes) {
        verify_note(v, name, "", "公示包中没有这个文件");
        return;
    }
    digest_hex(draw_digest(v->rule), changes->data, changes->size, hex);
    if (strcmp(hex, reader.head.changes) != 0)
        verify_note(v, name, "", "不是与名录一同冻结的那一份：摘要是 %s，快照中写的是 %s", hex,
                    reader.head.changes);
    else
        check_changes(v, d, changes);
}
