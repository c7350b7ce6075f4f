#include "photo.h"

#include <errno.h>
#include <libexif/exif-data.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "sys/log.h"

/* A camera that does not say its offset shows Beijing time, which all of the country keeps. */
enum { DEFAULT_OFFSET = 8 * 60 }; /* minutes */
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define LAT_MAX 90.0
#define LON_MAX 180.0

enum {
    CHILD_SECONDS = 2,
    WAIT_MS = 5000,
    TEXT_MAX = 40,
    OFFSET_HOURS_MAX = 14,
    MOMENT_PARTS = 6,
    LAST_HOUR = 24,
    COMPONENTS = 3,
    EXIF_MAX = 64 * 1024, /* a segment says its size by two bytes */
    MARKER_APP1 = 0xE1,
    MARKER_SCAN = 0xDA,
    MARKER_END = 0xD9
};

/* ---- EXIF ------------------------------------------------------------------------------------ */

static bool plausible(int64_t taken_at)
{
    return taken_at >= (int64_t)date_of(1970, 1, 1) * DAY_MS &&
           taken_at < (int64_t)date_of(2200, 1, 1) * DAY_MS;
}

/* A text up to its NUL; false when there is none. Some write it as bytes. */
static bool read_text(ExifData *data, ExifIfd ifd, ExifTag tag, char out[TEXT_MAX])
{
    ExifEntry *e = exif_content_get_entry(data->ifd[ifd], tag);
    if (!e || !e->data || e->size < 1 ||
        (e->format != EXIF_FORMAT_ASCII && e->format != EXIF_FORMAT_UNDEFINED &&
         e->format != EXIF_FORMAT_BYTE))
        return false;
    size_t n = e->size < TEXT_MAX ? e->size : TEXT_MAX - 1;
    memcpy(out, e->data, n);
    out[n] = '\0';
    return true;
}

/* One or two digits (or just `digits`); moves *text behind them. */
static bool read_number(const char **text, int digits, int *out)
{
    int n = 0;
    for (*out = 0; n < digits && **text >= '0' && **text <= '9'; n++)
        *out = *out * 10 + *(*text)++ - '0';
    return n == digits || (digits == 2 && n == 1);
}

/*
 * "+08:00", as "Z", "+0800", "+8" and what else is written; "" and whatever is none is unknown, of
 * which the standard's own form is blanks around the colon.
 */
static bool read_offset(const char *text, int *minutes)
{
    int hours;
    int rest = 0;
    text += strspn(text, " ");
    if (*text == 'Z' || *text == 'z') {
        *minutes = 0;
        return true;
    }
    char sign = *text;
    if ((sign != '+' && sign != '-') || (text++, !read_number(&text, 2, &hours)))
        return false;
    text += *text == ':';
    if (*text >= '0' && *text <= '9' && !read_number(&text, 2, &rest))
        return false;
    if (hours > OFFSET_HOURS_MAX || rest > 59 || text[strspn(text, " ")])
        return false;
    *minutes = (hours * 60 + rest) * (sign == '-' ? -1 : 1);
    return true;
}

/*
 * "YYYY:MM:DD hh:mm:ss", local time; editors write other marks between the numbers, and behind them
 * fractions or an offset.
 */
static bool read_moment(const char *text, int64_t *local, const char **behind)
{
    static const int digits[MOMENT_PARTS] = { 4, 2, 2, 2, 2, 2 };
    int v[MOMENT_PARTS];
    char instant[INSTANT_TEXT + TEXT_MAX];
    text += strspn(text, " ");
    for (size_t i = 0; i < MOMENT_PARTS; i++) {
        if (i && (!*text || !strchr(":-/. T", *text++)))
            return false;
        if (!read_number(&text, digits[i], &v[i]))
            return false;
    }
    if (v[3] == LAST_HOUR) /* of those who count hours from 1, midnight of the same day */
        v[3] = 0;
    *behind = text + (*text == '.' ? 1 + strspn(text + 1, "0123456789") : 0);
    (void)snprintf(instant, sizeof instant, "%04d-%02d-%02dT%02d:%02d:%02dZ", v[0], v[1], v[2],
                   v[3], v[4], v[5]);
    return instant_parse(instant, local);
}

/* The moment of one tag, with the offset that it or one of the others says. */
static bool read_tag(ExifData *data, ExifTag moment, ExifTag offset, int64_t *taken_at)
{
    const ExifTag offsets[] = { offset, EXIF_TAG_OFFSET_TIME };
    char text[TEXT_MAX];
    char says[TEXT_MAX];
    const char *behind;
    int minutes = DEFAULT_OFFSET;
    if (!read_text(data, EXIF_IFD_EXIF, moment, text) || !read_moment(text, taken_at, &behind))
        return false;
    bool said = read_offset(behind, &minutes);
    for (size_t i = 0; !said && i < sizeof offsets / sizeof offsets[0]; i++)
        said = read_text(data, EXIF_IFD_EXIF, offsets[i], says) && read_offset(says, &minutes);
    *taken_at -= (int64_t)minutes * 60000;
    return plausible(*taken_at);
}

/* Of a photo both are one moment; some write one of them only. */
static void read_time(ExifData *data, struct evidence_origin *out)
{
    out->timed = read_tag(data, EXIF_TAG_DATE_TIME_ORIGINAL, EXIF_TAG_OFFSET_TIME_ORIGINAL,
                          &out->taken_at) ||
                 read_tag(data, EXIF_TAG_DATE_TIME_DIGITIZED, EXIF_TAG_OFFSET_TIME_DIGITIZED,
                          &out->taken_at);
}

/* A part of degrees, minutes, seconds; 0/0 is an unknown one, which may only be a smaller part. */
static bool read_part(const ExifEntry *e, ExifByteOrder order, size_t i, double *out)
{
    ExifRational r = exif_get_rational(e->data + 8 * i, order);
    *out = r.denominator ? (double)r.numerator / (double)r.denominator : 0;
    return r.denominator || (i > 0 && !r.numerator);
}

/* Degrees, minutes, seconds; negative by the reference's letter. */
static bool read_degrees(ExifData *data, int value_tag, int reference_tag, const char *letters,
                         double limit, double *out)
{
    char reference[TEXT_MAX];
    double degrees = 0;
    double unit = 1;
    ExifEntry *e = exif_content_get_entry(data->ifd[EXIF_IFD_GPS], (ExifTag)value_tag);
    if (!e || e->format != EXIF_FORMAT_RATIONAL || e->components < 1 ||
        e->components > COMPONENTS || !e->data || e->size < e->components * 8 ||
        !read_text(data, EXIF_IFD_GPS, (ExifTag)reference_tag, reference))
        return false;
    char letter = (char)(reference[0] & ~0x20); /* some write it small */
    if (letter != letters[0] && letter != letters[1])
        return false;
    for (size_t i = 0; i < e->components; i++, unit *= 60) {
        double part;
        if (!read_part(e, exif_data_get_byte_order(data), i, &part))
            return false;
        degrees += part / unit;
    }
    *out = letter == letters[1] ? -degrees : degrees;
    return fabs(degrees) <= limit;
}

static void read_exif(const uint8_t *exif, size_t n, struct evidence_origin *out)
{
    ExifData *data = exif_data_new();
    if (!data)
        return;
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, exif, (unsigned)n);
    if (!out->timed)
        read_time(data, out);
    if (!out->placed) {
        out->placed = read_degrees(data, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, "NS",
                                   LAT_MAX, &out->lat) &&
                      read_degrees(data, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, "EW",
                                   LON_MAX, &out->lon);
        /* Receivers without a fix leave zeros. */
        out->placed = out->placed && (fabs(out->lat) > 0 || fabs(out->lon) > 0);
    }
    exif_data_unref(data);
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

static bool is_jpeg(const void *bytes, size_t n)
{
    return n >= 4 && memcmp(bytes, "\xFF\xD8", 2) == 0;
}

/* A segment of a JPEG; markers that have none are passed over, so is what stands between
   segments. */
static bool next_segment(const uint8_t *bytes, size_t n, size_t *at, uint8_t *marker, size_t *size)
{
    for (size_t i = *at; i + 3 < n; i++) {
        if (bytes[i] != 0xFF || bytes[i + 1] == 0 || bytes[i + 1] == 0x01 || bytes[i + 1] == 0xFF ||
            (bytes[i + 1] >= 0xD0 && bytes[i + 1] <= 0xD8))
            continue;
        *marker = bytes[i + 1];
        *size = (size_t)bytes[i + 2] << 8 | bytes[i + 3];
        *at = i + 2;
        return *size >= 2 && *marker != MARKER_SCAN && *marker != MARKER_END;
    }
    return false;
}

void photo_read(const void *bytes, size_t n, struct evidence_origin *out)
{
    static const char header[] = "Exif\0"; /* and one more byte, which not all keep zero */
    const uint8_t *p = bytes;
    uint8_t exif[EXIF_MAX];
    uint8_t marker;
    size_t size;
    *out = (struct evidence_origin){ .timed = false };
    if (n > PHOTO_BEGIN || !is_jpeg(bytes, n))
        return;
    for (size_t at = 2; next_segment(p, n, &at, &marker, &size); at += size) {
        size_t there = size < n - at ? size : n - at;
        if (marker != MARKER_APP1 || there < 2 + sizeof header ||
            memcmp(p + at + 2, header, sizeof header - 1) != 0)
            continue;
        memcpy(exif, p + at + 2, there - 2);
        exif[sizeof header - 1] = 0;
        read_exif(exif, there - 2, out);
    }
}

/* ---- Apart ----------------------------------------------------------------------------------- */

/* From here on: no file, no socket, no process, no file written, little time. */
static bool renounce(int keep)
{
    static const struct rlimit none = { 0, 0 };
    static const struct rlimit seconds = { CHILD_SECONDS, CHILD_SECONDS };
    if (dup2(keep, STDIN_FILENO) < 0 || close_range(STDIN_FILENO + 1, ~0U, 0) != 0)
        return false;
    return setrlimit(RLIMIT_NOFILE, &none) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0 &&
           setrlimit(RLIMIT_FSIZE, &none) == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
           setrlimit(RLIMIT_CPU, &seconds) == 0;
}

/* As the child says it: every bit pattern is a value. */
struct answer {
    int64_t timed;
    int64_t taken_at;
    int64_t placed;
    double lon;
    double lat;
};

static _Noreturn void read_as_child(int result, const void *bytes, size_t n)
{
    struct evidence_origin o;
    if (!renounce(result))
        _exit(1);
    photo_read(bytes, n, &o);
    const struct answer answer = { o.timed, o.taken_at, o.placed, o.lon, o.lat };
    _exit(write(STDIN_FILENO, &answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : 1);
}

/*
 * What the child said in time. It ends here, whatever it was about: a limit of its processor time
 * is none to one that sleeps.
 */
static bool await_child(pid_t child, int result, struct answer *out)
{
    struct pollfd said = { .fd = result, .events = POLLIN };
    int ready;
    ssize_t n = 0;
    do
        ready = poll(&said, 1, WAIT_MS);
    while (ready < 0 && errno == EINTR); /* a worker told to end still answers */
    if (ready == 1)
        n = read(result, out, sizeof *out);
    (void)kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return n == (ssize_t)sizeof *out;
}

/* The child is trusted no more than the photo: only what is a time and a place is taken over. */
static void take_over(const struct answer *answer, struct evidence_origin *out)
{
    out->timed = answer->timed && plausible(answer->taken_at);
    out->taken_at = out->timed ? answer->taken_at : 0;
    out->placed = answer->placed && fabs(answer->lat) <= LAT_MAX && fabs(answer->lon) <= LON_MAX;
    out->lon = out->placed ? answer->lon : 0;
    out->lat = out->placed ? answer->lat : 0;
}

void photo_read_apart(const void *bytes, size_t n, struct evidence_origin *out)
{
    int ends[2];
    struct answer answer;
    *out = (struct evidence_origin){ .timed = false };
    if (!is_jpeg(bytes, n) || pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child == 0)
        read_as_child(ends[1], bytes, n);
    (void)close(ends[1]);
    if (child > 0 && await_child(child, ends[0], &answer))
        take_over(&answer, out);
    else
        log_warn("the origin of a photo could not be read");
    (void)close(ends[0]);
}
