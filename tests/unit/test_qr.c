#include "unit.h"

#include <stdlib.h>
#include <zbar.h>

#include "web/qr.h"

enum { SCALE = 4, SIDE_MAX = 185 * SCALE };

struct picture {
    unsigned side; /* modules, quiet zone included */
    uint8_t grey[SIDE_MAX * SIDE_MAX];
};

static void fill(struct picture *p, unsigned x, unsigned y, unsigned width)
{
    size_t row = (size_t)p->side * SCALE;
    assert_true(x + width <= p->side && y < p->side);
    for (size_t line = 0; line < SCALE; line++)
        memset(p->grey + (y * SCALE + line) * row + (size_t)x * SCALE, 0, (size_t)width * SCALE);
}

/* Draws what the SVG says, which has no form but this one. */
static void draw(const char *svg, struct picture *p)
{
    static const char path[] = "/><path d=\"";
    unsigned height;
    assert_int_equal(sscanf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\"",
                            &p->side, &height),
                     2);
    assert_int_equal(p->side, height);
    assert_in_range(p->side * SCALE, 1, SIDE_MAX);
    memset(p->grey, 0xff, sizeof p->grey);
    const char *d = strstr(svg, path);
    assert_non_null(d);
    for (d += sizeof path - 1; *d == 'M'; d++) {
        unsigned x;
        unsigned y;
        unsigned width;
        unsigned back;
        int n = 0;
        assert_int_equal(sscanf(d, "M%u %uh%uv1h-%uz%n", &x, &y, &width, &back, &n), 4);
        assert_int_equal(width, back);
        fill(p, x, y, width);
        d += n - 1;
    }
    assert_string_equal(d, "\"/></svg>");
}

/* What a scanner reads in it. */
static void assert_reads(struct picture *p, const char *text)
{
    zbar_image_t *image = zbar_image_create();
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, p->side * SCALE, p->side * SCALE);
    zbar_image_set_data(image, p->grey, (size_t)p->side * p->side * SCALE * SCALE, NULL);
    assert_int_equal(zbar_scan_image(scanner, image), 1);
    const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
    assert_int_equal(zbar_symbol_get_type(symbol), ZBAR_QRCODE);
    assert_string_equal(zbar_symbol_get_data(symbol), text);
    zbar_image_scanner_destroy(scanner);
    zbar_image_destroy(image);
}

static void a_scanner_reads_the_text_of_the_drawing(void **state)
{
    static const char *const texts[] = {
        "x",
        "liancha:enrol?code=0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
        "&server=https://jianguan.example.gov.cn/liancha",
    };
    struct picture *p = malloc(sizeof *p);
    for (size_t i = 0; i < COUNT(texts); i++) {
        draw(qr_svg(*state, texts[i]), p);
        assert_reads(p, texts[i]);
    }
    char longest[QR_TEXT_MAX + 1];
    for (size_t i = 0; i < QR_TEXT_MAX; i++)
        longest[i] = (char)('a' + i * 7 % 26);
    longest[QR_TEXT_MAX] = '\0';
    draw(qr_svg(*state, longest), p);
    assert_reads(p, longest);
    free(p);
}

static void the_quiet_zone_is_kept_and_the_drawing_is_always_the_same(void **state)
{
    struct picture *p = malloc(sizeof *p);
    const char *svg = qr_svg(*state, "liancha");
    assert_string_equal(svg, qr_svg(*state, "liancha"));
    draw(svg, p);
    size_t row = (size_t)p->side * SCALE;
    for (size_t y = 0; y < row; y++)
        for (size_t x = 0; x < row; x++)
            if (y < QR_QUIET * SCALE || x < QR_QUIET * SCALE || y >= row - QR_QUIET * SCALE ||
                x >= row - QR_QUIET * SCALE)
                assert_int_equal(p->grey[y * row + x], 0xff);
    free(p);
}

static void a_text_that_is_too_long_is_refused(void **state)
{
    char text[QR_TEXT_MAX + 2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(qr_svg(*state, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scanner_reads_the_text_of_the_drawing),
        cmocka_unit_test(the_quiet_zone_is_kept_and_the_drawing_is_always_the_same),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("qr", tests, unit_arena, unit_free);
}
