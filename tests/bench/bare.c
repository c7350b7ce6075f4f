/*
 * liancha-bench-bare: as little as a FastCGI program can be with libfcgi, as the measure of what
 * the runtime costs. It answers GET …/NAME with the bytes of NAME in the folder
 * $LIANCHA_BENCH_BODIES.
 */
#include <fcgi_config.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODIES_MAX = 8, BODY_MAX = 4096 };

static struct body {
    char name[64];
    char bytes[BODY_MAX];
    size_t size;
} bodies[BODIES_MAX];

static const struct body *load(struct body *b, const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    b->size = fread(b->bytes, 1, BODY_MAX, in);
    (void)fclose(in);
    (void)snprintf(b->name, sizeof b->name, "%s", name);
    return b->size ? b : NULL;
}

static const struct body *find_body(const char *folder, const char *name)
{
    for (struct body *b = bodies; b < bodies + BODIES_MAX; b++) {
        if (!b->size)
            return load(b, folder, name);
        if (strcmp(b->name, name) == 0)
            return b;
    }
    return NULL;
}

static void answer(FCGX_Request *request, const char *folder)
{
    const char *uri = FCGX_GetParam("DOCUMENT_URI", request->envp);
    const char *id = FCGX_GetParam("REQUEST_ID", request->envp);
    const char *name = uri ? strrchr(uri, '/') : NULL;
    const struct body *b = name ? find_body(folder, name + 1) : NULL;
    if (!b) {
        (void)FCGX_FPrintF(request->out, "Status: 404\r\n\r\n");
        return;
    }
    (void)FCGX_FPrintF(request->out,
                       "Status: 200\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                       "Cache-Control: no-store\r\nX-Request-Id: %s\r\n\r\n",
                       (int)b->size, id ? id : "-");
    (void)FCGX_PutStr(b->bytes, (int)b->size, request->out);
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    _Exit(EXIT_SUCCESS);
}

int main(void)
{
    FCGX_Request request;
    const char *folder = getenv("LIANCHA_BENCH_BODIES");
    (void)signal(SIGUSR1, on_signal); /* what multiwatch sends when it is told to end */
    if (!folder || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return EXIT_FAILURE;
    while (FCGX_Accept_r(&request) == 0) {
        answer(&request, folder);
        FCGX_Finish_r(&request);
    }
    return EXIT_FAILURE;
}
