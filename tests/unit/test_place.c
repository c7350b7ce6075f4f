#include "unit.h"

#include <math.h>

#include "domain/field/place.h"

static double metres(double lon_a, double lat_a, double lon_b, double lat_b)
{
    return place_distance((struct place){ lon_a, lat_a }, (struct place){ lon_b, lat_b });
}

static void assert_about(double actual, double expected)
{
    assert_true(fabs(actual - expected) <= expected * 0.001);
}

static void measures_known_arcs(void **state)
{
    (void)state;
    assert_about(metres(0, 0, 0, 1), 111195);      /* a degree of a meridian */
    assert_about(metres(0, 60, 1, 60), 55597);     /* a degree of longitude at 60° is half of it */
    assert_about(metres(0, 90, 0, -90), 20015115); /* pole to pole */
    assert_about(metres(179.5, 0, -179.5, 0), 111195); /* over the date line */
    assert_true(metres(113.3, 33.7, 113.3, 33.7) == 0);
}

static void is_the_same_both_ways(void **state)
{
    (void)state;
    for (int i = -180; i <= 180; i += 15) {
        for (int k = -90; k <= 90; k += 15) {
            double there = metres(113.3, 33.7, i, k);
            assert_true(there == metres(i, k, 113.3, 33.7));
            assert_true(there >= 0 && there <= 20015200);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_known_arcs),
        cmocka_unit_test(is_the_same_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
