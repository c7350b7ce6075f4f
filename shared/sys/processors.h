/* How much computing at once makes sense here. */
#ifndef LIANCHA_SYS_PROCESSORS_H
#define LIANCHA_SYS_PROCESSORS_H

/* Processors of this machine, at least 1. */
unsigned processors(void);

#endif
