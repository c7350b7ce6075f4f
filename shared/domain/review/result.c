#include "domain/review/result.h"

#include <string.h>

enum { CLASS_COUNT = RESULT_UNREACHABLE + 1 };

static const char *const names[CLASS_COUNT] = { "", "no_problem", "corrected", "penalty",
                                                "unreachable" };

const char *result_class_name(enum result_class class)
{
    return names[class];
}

enum result_class result_class_parse(const char *name)
{
    for (int i = RESULT_NO_PROBLEM; i < CLASS_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum result_class)i;
    return RESULT_NONE;
}

enum result_class result_class_of(const char *code)
{
    if (strlen(code) != 1)
        return RESULT_NONE;
    switch (code[0]) {
    case '1':
        return RESULT_NO_PROBLEM;
    case 'E':
        return RESULT_CORRECTED;
    case 'A':
        return RESULT_PENALTY;
    case '6':
    case '7':
        return RESULT_UNREACHABLE;
    default:
        return RESULT_NONE;
    }
}

enum result_class result_worst(const enum result_class *classes, size_t count)
{
    static const int badness[CLASS_COUNT] = { [RESULT_UNREACHABLE] = 1,
                                              [RESULT_NO_PROBLEM] = 2,
                                              [RESULT_CORRECTED] = 3,
                                              [RESULT_PENALTY] = 4 };
    enum result_class worst = RESULT_NONE;
    for (size_t i = 0; i < count; i++)
        if (badness[classes[i]] > badness[worst])
            worst = classes[i];
    return worst;
}

bool result_checked(const char *code)
{
    static const char *const nothing[] = { "6", "7", "8", "9", "10", "11", "12", "F" };
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        if (strcmp(nothing[i], code) == 0)
            return false;
    return true;
}
