#include "public/routes.h"

#define TOP "/public"

const struct web_route public_routes[] = {
    { WEB_GET, TOP "/", public_results, "results", WEB_ANYONE, WEB_TXN_READ, NULL, NULL,
      &public_results_query },
    { WEB_GET, TOP "/results/{id}", public_result, "result", WEB_ANYONE, WEB_TXN_READ, NULL, NULL,
      NULL },
    { WEB_GET, TOP "/draws", public_draws, "draws", WEB_ANYONE, WEB_TXN_READ, NULL, NULL,
      &public_draws_query },
    { WEB_GET, TOP "/draws/{campaign}", public_proof, "proof", WEB_ANYONE, WEB_TXN_READ, NULL, NULL,
      NULL },
    { WEB_GET, TOP "/draws/{campaign}/bundle.tar", public_bundle, "bundle", WEB_ANYONE,
      WEB_TXN_READ, NULL, NULL, NULL },
    { WEB_GET, TOP "/draws/{campaign}/{draw}", public_picks, "picks", WEB_ANYONE, WEB_TXN_READ,
      NULL, NULL, &public_picks_query },
    { .path = NULL },
};
