/*
 * A checklist as JSON: read strictly (an unknown member is a fault), written in one form only,
 * which is that of RFC 8785, so that its SHA-256 says what was published.
 *
 *   {"item": "…", "version": 1, "title": "…", "questions": [
 *     {"id": "permit", "type": "yes_no", "text": "…", "basis": "…", "required": true,
 *      "problem": ["no"]},
 *     {"id": "reason", "type": "choice", "text": "…", "options": [{"id": "a", "text": "…"}, …],
 *      "when": {"question": "permit", "in": ["no"]}},
 *     {"id": "chlorine", "type": "decimal", "text": "…", "unit": "mg/L", "decimals": 2,
 *      "min": "0", "max": "20", "normal_min": "0.3", "normal_max": "4"}]}
 */
#ifndef LIANCHA_STORE_CHECKLIST_JSON_H
#define LIANCHA_STORE_CHECKLIST_JSON_H

#include "base/arena.h"
#include "base/rc.h"
#include "domain/field/checklist.h"
#include "sys/json.h"

enum { CHECKLIST_BYTES_MAX = 48 * 1024 }; /* as it is written */

/* RC_INVALID with the pointer of what has another shape; checklist_check was called. */
enum rc checklist_read(struct arena *a, const cJSON *tree, struct checklist *out,
                       struct err *err) RC_CHECKED;
/* NULL when it is longer than CHECKLIST_BYTES_MAX. */
const char *checklist_write(struct arena *a, const struct checklist *c);

#endif
