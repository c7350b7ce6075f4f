/*
 * A second reader of JSON, written apart from sys/json and otherwise: a stack in place of
 * recursion, digits in place of strtod. It says what sys/json has to accept and to refuse.
 */
#ifndef LIANCHA_TESTS_FUZZ_STRICT_H
#define LIANCHA_TESTS_FUZZ_STRICT_H

#include <stdbool.h>
#include <stddef.h>

/* True for a text that sys/json.h describes. */
bool strict_json(const char *text, size_t n);

#endif
