#include "domain/account/role.h"

unsigned role_conflict(unsigned roles, unsigned excepted)
{
    unsigned alone = roles & (ROLE_AUDITOR | ROLE_ADMINISTRATOR | ROLE_REPORTER);
    unsigned divided = roles & ROLES_DIVIDED;
    if (alone && roles & (roles - 1))
        return roles;
    return divided & (divided - 1) && divided & ~excepted ? divided : 0;
}
