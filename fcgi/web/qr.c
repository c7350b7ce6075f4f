#include "web/qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

enum { SVG_MAX = 1 << 20 };

static bool dark(const QRcode *code, int x, int y)
{
    return code->data[y * code->width + x] & 1;
}

/* The dark modules of a row, a rectangle each run of them. */
static void draw_row(struct buf *svg, const QRcode *code, int y)
{
    for (int x = 0; x < code->width; x++) {
        if (!dark(code, x, y))
            continue;
        int begin = x;
        while (x + 1 < code->width && dark(code, x + 1, y))
            x++;
        buf_printf(svg, "M%d %dh%dv1h-%dz", begin + QR_QUIET, y + QR_QUIET, x + 1 - begin,
                   x + 1 - begin);
    }
}

const char *qr_svg(struct arena *a, const char *text)
{
    struct buf svg;
    if (strlen(text) > QR_TEXT_MAX)
        return NULL;
    /* Fails only when memory runs out: QR_TEXT_MAX bytes fit at this level of correction. */
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return NULL;
    int side = code->width + 2 * QR_QUIET;
    buf_init(&svg, a, SVG_MAX);
    buf_printf(&svg,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
               " shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
               "<path d=\"",
               side, side, side, side);
    for (int y = 0; y < code->width; y++)
        draw_row(&svg, code, y);
    buf_puts(&svg, "\"/></svg>");
    QRcode_free(code);
    return svg.p;
}
