/* A settings file: refused with a reason, or whole and within its bounds. */
#define _GNU_SOURCE /* memfd_create */
#include "sys/settings.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

static void check(const struct settings *s)
{
    FUZZ_EXPECT(s->db_socket && s->db_name && s->db_user && s->db_password);
    FUZZ_EXPECT(s->prefix && s->base_url && s->evidence_dir);
    FUZZ_EXPECT(s->body_max >= 1024 && s->body_max <= 16777216);
    FUZZ_EXPECT(s->session_ms >= 300000 && s->session_ms <= 86400000);
    FUZZ_EXPECT(s->log_level <= LOG_DEBUG);
    for (size_t i = 0; i < s->targets.n; i++)
        FUZZ_EXPECT(s->targets.v[i].code_accepted && s->targets.v[i].until_minute <= 1440);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;
    static char path[40];
    if (file < 0) {
        file = memfd_create("settings", 0);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct settings s;
    enum rc rc = settings_load(a, path, "public", &s, &err);
    FUZZ_EXPECT(rc == RC_OK || (rc == RC_INVALID && err.detail[0]));
    if (rc == RC_OK)
        check(&s);
    arena_free(a);
    return 0;
}
