/* A text as a QR code (ISO/IEC 18004), drawn as SVG by libqrencode. */
#ifndef LIANCHA_WEB_QR_H
#define LIANCHA_WEB_QR_H

#include "base/arena.h"

/* The drawing, one unit a module, with the quiet zone around it; NULL for a text over
   QR_TEXT_MAX. */
enum { QR_TEXT_MAX = 500, QR_QUIET = 4 };
const char *qr_svg(struct arena *a, const char *text);

#endif
