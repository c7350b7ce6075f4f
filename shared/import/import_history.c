#include "import/import_internal.h"
#include "store/directory/record_change.h"

static const char *int_of(struct import *im, int64_t n)
{
    return arena_printf(im->arena, "%lld", (long long)n);
}

static const char *or_none(const char *text)
{
    return text ? text : "";
}

enum rc import_note_inspector(struct db *db, struct import *im, const struct inspector_line *was,
                              const char *card_no)
{
    struct inspector_line is;
    static const struct inspector_line none = { .name = "", .telephone = "" };
    enum rc rc = inspector_line_by_card(db, im->arena, card_no, &is);
    if (rc != RC_OK)
        return rc;
    const struct inspector_line *old = was ? was : &none;
    const struct record_field fields[] = {
        { "name", old->name, is.name },
        { "card_expires_on", was ? record_date(im->arena, was->card_expires_on) : "",
          record_date(im->arena, is.card_expires_on) },
        { "specialties", or_none(old->specialties), or_none(is.specialties) },
        { "areas", or_none(old->areas), or_none(is.areas) },
        { "on_duty", was ? int_of(im, was->on_duty) : "", int_of(im, is.on_duty) },
        { "max_daily", was ? int_of(im, was->max_daily) : "", int_of(im, is.max_daily) },
        { "max_total", was ? int_of(im, was->max_total) : "", int_of(im, is.max_total) },
        { "telephone", old->telephone, is.telephone },
        { .name = NULL },
    };
    const struct record_note note = { is.card_no, was ? "changed" : "created",
                                      record_differences(im->arena, fields) };
    return record_note(db, im->arena, im->record->id, "inspector", &note, note.changes != NULL);
}

enum rc import_note_item(struct db *db, struct import *im, const struct item_line *was,
                         const struct item *is)
{
    static const struct item_line none = {
        .name = "", .specialty = "", .category = "", .method = "", .legal_basis = "", .content = ""
    };
    const struct item_line *old = was ? was : &none;
    const struct record_field fields[] = {
        { "version", was ? int_of(im, was->version) : "", int_of(im, is->version) },
        { "specialty", old->specialty, is->specialty },
        { "name", old->name, is->name },
        { "category", old->category, is->category },
        { "method", old->method, is->method },
        { "legal_basis", old->legal_basis, is->legal_basis },
        { "content", old->content, is->content },
        { "retired", int_of(im, old->retired), int_of(im, is->retired) },
        { .name = NULL },
    };
    const struct record_note note = { is->code, was ? "changed" : "created",
                                      record_differences(im->arena, fields) };
    return record_note(db, im->arena, im->record->id, "item", &note, note.changes != NULL);
}
