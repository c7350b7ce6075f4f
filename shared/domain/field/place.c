#include "domain/field/place.h"

#include <math.h>

#define RADIUS_M 6371008.8 /* mean radius of the Earth, IUGG */
#define DEGREE 0.017453292519943295

double place_distance(struct place a, struct place b)
{
    double north = sin((b.lat - a.lat) * DEGREE / 2);
    double east = sin((b.lon - a.lon) * DEGREE / 2);
    double h = north * north + cos(a.lat * DEGREE) * cos(b.lat * DEGREE) * east * east;
    return 2 * RADIUS_M * asin(fmin(1, sqrt(h)));
}
