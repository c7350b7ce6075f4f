#include "domain/field/door.h"

#include <stdio.h>
#include <string.h>

#include "domain/field/checklist.h"

static bool is(const char *text, const char *name)
{
    return text && strcmp(text, name) == 0;
}

static bool sha256(const char *text)
{
    static const struct checklist_question photo = { .type = CHECKLIST_PHOTO };
    return text && checklist_answer(&photo, text) == CHECKLIST_FITS;
}

/* One line that says something. */
static bool line(const char *text)
{
    bool blank = true;
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            return false;
        blank = blank && *p == ' ';
    }
    return !blank;
}

/* Each of the texts that are given is one line. */
static enum rc lines(const char *const *names, const char *const *texts, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!texts[i] || line(texts[i]))
            continue;
        char pointer[40];
        (void)snprintf(pointer, sizeof pointer, "/fields/%s", names[i]);
        return err_set(err, RC_INVALID, pointer, "“%s”须为一行文字，不得空白", names[i]);
    }
    return RC_OK;
}

static enum rc fault(struct err *err, const char *pointer, const char *why)
{
    return err_set(err, RC_INVALID, pointer, "%s", why);
}

/* ---- Attendance ------------------------------------------------------------------------------ */

static enum rc check_place(const struct door_attendance *a, struct err *err)
{
    if (a->has_lon != a->has_lat)
        return fault(err, a->has_lon ? "/fields/lat" : "/fields/lon", "经度和纬度须同时给出");
    if (a->has_accuracy && !a->has_lon)
        return fault(err, "/fields/accuracy", "没有位置，不能有精度");
    return RC_OK;
}

/*
 * The next letter or digit of a code that a person typed, as the code has it: large and of half
 * width. Blanks, hyphens and other marks between are passed over; 0 at the end, -1 for a letter of
 * another script.
 */
static int next_sign(const char **text)
{
    for (;;) {
        const unsigned char *p = (const unsigned char *)*text;
        int c = p[0];
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (c == 0)
            return 0;
        *text += n;
        if (n == 3) {
            int code = (c & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
            if (code > 0xFF00 && code < 0xFF5F)
                c = code - 0xFEE0; /* of full width */
            else if ((code < 0x2000 || code > 0x206F) && (code < 0x3000 || code > 0x3003) &&
                     (code < 0x3008 || code > 0x301F) && code != 0x2212 && code != 0x30FB &&
                     code != 0xFE58 && code != 0xFE63 && code != 0xFEFF)
                return -1; /* none of the blanks, dashes, marks and brackets, seen or not */
        } else if (n == 2 && c != 0xC2) {
            return -1; /* C2: the blank that does not break, the hyphen that nobody sees */
        }
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            return c;
        if (n == 4)
            return -1;
    }
}

bool door_code_same(const char *typed, const char *code)
{
    int sign;
    do {
        sign = next_sign(&typed);
        if (sign < 0 || sign != next_sign(&code))
            return false;
    } while (sign);
    return true;
}

static enum rc check_how(const struct door_attendance *a, const char *door_code, const char *former,
                         struct err *err)
{
    bool arrived = is(a->event, "arrived");
    bool by_code = is(a->how, "scanned") || is(a->how, "typed");
    if (arrived ? !by_code && !is(a->how, "photo") : a->how != NULL)
        return fault(err, "/fields/how",
                     "到达须说明方式：scanned（扫检查码）、typed（输入检查码）或 photo（照片）；"
                     "离开不带方式");
    if (by_code ? !a->door_code : a->door_code != NULL)
        return fault(err, "/fields/door_code", "扫码或输入时须给出检查码，否则不带检查码");
    if (by_code && door_code && !door_code_same(a->door_code, door_code) &&
        !(former && door_code_same(a->door_code, former)))
        return fault(err, "/fields/door_code", "检查码不是本次入企检查的检查码");
    if (is(a->how, "photo") ? !sha256(a->sha256) : a->sha256 != NULL)
        return fault(err, "/fields/sha256", "以照片签到时须给出照片的 sha256，否则不带");
    return RC_OK;
}

enum rc door_attendance_check(const struct door_attendance *a, const char *door_code,
                              const char *former, struct err *err)
{
    if (!is(a->event, "arrived") && !is(a->event, "left"))
        return fault(err, "/fields/event", "须为 arrived（到达）或 left（离开）");
    enum rc rc = check_place(a, err);
    return rc == RC_OK ? check_how(a, door_code, former, err) : rc;
}

/* ---- The enterprise's side ------------------------------------------------------------------- */

enum rc door_signature_check(const struct door_signature *s, struct err *err)
{
    static const char *const names[] = { "name", "position", "reason", "witness" };
    const char *const texts[] = { s->name, s->position, s->reason, s->witness };
    bool is_signed = is(s->outcome, "signed");
    if (!is_signed && !is(s->outcome, "refused"))
        return fault(err, "/fields/outcome", "须为 signed（已签字）或 refused（拒绝签字）");
    if (is_signed && !s->name)
        return fault(err, "/fields/name", "须给出签字人姓名");
    if (is_signed ? !sha256(s->sha256) : s->sha256 != NULL)
        return fault(err, "/fields/sha256", "签字须给出签名文件的 sha256，拒绝签字不带");
    if (is_signed ? s->reason != NULL : !s->reason)
        return fault(err, "/fields/reason", "拒绝签字须说明原因，签字不带原因");
    if (is_signed ? s->witness != NULL : !s->witness)
        return fault(err, "/fields/witness", "拒绝签字须有见证人，签字不带见证人");
    return lines(names, texts, sizeof texts / sizeof texts[0], err);
}

/* ---- Samples --------------------------------------------------------------------------------- */

enum rc door_sample_check(const struct door_sample *s, struct err *err)
{
    static const struct checklist_question decimal = { .type = CHECKLIST_DECIMAL,
                                                       .decimals = CHECKLIST_DECIMALS_MAX,
                                                       .min = "0.000001" };
    static const char *const names[] = { "number", "name", "unit", "batch", "laboratory" };
    const char *const texts[] = { s->number, s->name, s->unit, s->batch, s->laboratory };
    if (checklist_answer(&decimal, s->quantity) != CHECKLIST_FITS)
        return fault(err, "/fields/quantity", "须为大于 0 的数，写成最简形式的文本，例如 \"2.5\"");
    return lines(names, texts, sizeof texts / sizeof texts[0], err);
}
