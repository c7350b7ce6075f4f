/* A target over HTTPS: its requests, signed as its settings say, and what its answers mean. */
#ifndef LIANCHA_TARGET_HTTPS_H
#define LIANCHA_TARGET_HTTPS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/httpc.h"
#include "sys/target.h"
#include "target/answer.h"
#include "target/shape.h"

/* The request that delivers the message; strings live in the arena. RC_INVALID when the target has
   no word for what it says, or no room. */
enum rc https_send(struct arena *a, const struct target *t, const struct target_message *m,
                   int64_t now, struct httpc_request *out, struct err *err) RC_CHECKED;
/* The request that asks for its receipt. */
void https_ask(struct arena *a, const struct target *t, const struct target_message *m, int64_t now,
               struct httpc_request *out);

/* What the replies to them mean; anything that is not to the letter is ANSWER_UNKNOWN. */
void https_read_send(struct arena *a, const struct target *t, const struct target_message *m,
                     const struct httpc_reply *reply, struct answer *out);
void https_read_ask(struct arena *a, const struct target *t, const struct target_message *m,
                    const struct httpc_reply *reply, struct answer *out);

#endif
