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
#define DEFAULT_OFFSET "+08:00"
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define LAT_MAX 90.0
#define LON_MAX 180.0

enum {
    CHILD_SECONDS = 2,
    WAIT_MS = 5000,
    TEXT_MAX = 32,
    DATE_BYTES = 19,
    OFFSET_BYTES = 6,
    COMPONENTS = 3
};

/* ---- EXIF -------------------------------------------------------------------------------------- */

/* A text of ASCII up to its NUL; false when there is none. */
static bool read_text(ExifData *data, ExifIfd ifd, ExifTag tag, char out[TEXT_MAX])
{
    ExifEntry *e = exif_content_get_entry(data->ifd[ifd], tag);
    if (!e || e->format != EXIF_FORMAT_ASCII || !e->data || e->size < 1)
        return false;
    size_t n = e->size < TEXT_MAX ? e->size : TEXT_MAX - 1;
    memcpy(out, e->data, n);
    out[n] = '\0';
    return true;
}

/* "YYYY:MM:DD hh:mm:ss", local time. */
static void read_time(ExifData *data, struct evidence_origin *out)
{
    char text[TEXT_MAX];
    char offset[TEXT_MAX];
    char instant[2 * TEXT_MAX];
    if (!read_text(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text) ||
        strlen(text) != DATE_BYTES || text[4] != ':' || text[7] != ':' || text[10] != ' ')
        return;
    if (!read_text(data, EXIF_IFD_EXIF, EXIF_TAG_OFFSET_TIME_ORIGINAL, offset) ||
        strlen(offset) != OFFSET_BYTES)
        (void)snprintf(offset, sizeof offset, DEFAULT_OFFSET);
    text[4] = text[7] = '-';
    text[10] = 'T';
    (void)snprintf(instant, sizeof instant, "%s%s", text, offset);
    out->timed = instant_parse(instant, &out->taken_at);
}

/* Degrees, minutes, seconds; negative by the reference's letter. */
static bool read_degrees(ExifData *data, int value_tag, int reference_tag, const char *letters,
                         double limit, double *out)
{
    char reference[TEXT_MAX];
    double degrees = 0;
    double unit = 1;
    ExifEntry *e = exif_content_get_entry(data->ifd[EXIF_IFD_GPS], (ExifTag)value_tag);
    if (!e || e->format != EXIF_FORMAT_RATIONAL || e->components != COMPONENTS || !e->data ||
        e->size < COMPONENTS * 8 ||
        !read_text(data, EXIF_IFD_GPS, (ExifTag)reference_tag, reference) ||
        (reference[0] != letters[0] && reference[0] != letters[1]))
        return false;
    for (size_t i = 0; i < COMPONENTS; i++, unit *= 60) {
        ExifRational r = exif_get_rational(e->data + 8 * i, exif_data_get_byte_order(data));
        if (!r.denominator)
            return false;
        degrees += (double)r.numerator / (double)r.denominator / unit;
    }
    *out = reference[0] == letters[1] ? -degrees : degrees;
    return fabs(degrees) <= limit;
}

void photo_read(const void *bytes, size_t n, struct evidence_origin *out)
{
    *out = (struct evidence_origin){ .timed = false };
    if (n < 4 || n > PHOTO_BEGIN || memcmp(bytes, "\xFF\xD8\xFF", 3) != 0)
        return;
    ExifData *data = exif_data_new();
    if (!data)
        return;
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, bytes, (unsigned)n);
    read_time(data, out);
    out->placed = read_degrees(data, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, "NS",
                               LAT_MAX, &out->lat) &&
                  read_degrees(data, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, "EW",
                               LON_MAX, &out->lon);
    /* Receivers without a fix leave zeros. */
    out->placed = out->placed && (fabs(out->lat) > 0 || fabs(out->lon) > 0);
    exif_data_unref(data);
}

/* ---- Apart ------------------------------------------------------------------------------------- */

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
 * What the child said in time. It ends here, whatever it was about: a limit of its processor time is none
 * to one that sleeps.
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
    const int64_t first = (int64_t)date_of(1970, 1, 1) * DAY_MS;
    const int64_t end = (int64_t)date_of(2200, 1, 1) * DAY_MS;
    out->timed = answer->timed && answer->taken_at >= first && answer->taken_at < end;
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
    if (n < 4 || memcmp(bytes, "\xFF\xD8\xFF", 3) != 0 || pipe(ends) != 0)
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
