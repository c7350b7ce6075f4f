#include "sys/list.h"

extern const struct list *const __start_lists[];
extern const struct list *const __stop_lists[];

const struct list *const *list_all(size_t *count)
{
    /* cppcheck-suppress comparePointers ; both are ends of one section, laid out by the linker */
    *count = (size_t)(__stop_lists - __start_lists);
    return __start_lists;
}
