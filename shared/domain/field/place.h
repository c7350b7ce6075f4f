/* Places on the globe, in degrees of WGS 84. */
#ifndef LIANCHA_DOMAIN_PLACE_H
#define LIANCHA_DOMAIN_PLACE_H

struct place {
    double lon; /* -180 … 180 */
    double lat; /* -90 … 90 */
};

/* Metres between two places, as the crow flies, on a sphere: right within 0.6 %. */
double place_distance(struct place a, struct place b);

#endif
