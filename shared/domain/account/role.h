/*
 * The duties of an account, and which of them may not meet in one (GB/T 22239-2019 8.1.4.2:
 * 管理用户的权限分离; and whoever plans, reviews and publishes are three).
 *
 * An auditor, an administrator and a reporter have no other duty. Planning, reviewing and
 * publishing meet where an exception on record allows that for the department, as in a small
 * county; inspecting may meet any of the three, for nobody reviews what he signed.
 */
#ifndef LIANCHA_DOMAIN_ROLE_H
#define LIANCHA_DOMAIN_ROLE_H

enum {
    ROLE_PLANNER = 1,        /* plans, campaigns, draws, visits */
    ROLE_REVIEWER = 2,       /* reviews signed sections, records penalties */
    ROLE_PUBLISHER = 4,      /* publishes and withholds */
    ROLE_INSPECTOR = 8,      /* inspects; works through an enrolled device */
    ROLE_AUDITOR = 16,       /* reads everything of the audit log, changes nothing */
    ROLE_ADMINISTRATOR = 32, /* accounts, devices */
    ROLE_REPORTER = 64 /* a program of another office that hands in clues, and reads nothing */
};
/* Those that an exception may let meet. */
#define ROLES_DIVIDED ((unsigned)(ROLE_PLANNER | ROLE_REVIEWER | ROLE_PUBLISHER))

/* The roles among these that may not meet; 0: none. excepted: those that may by an exception. */
unsigned role_conflict(unsigned roles, unsigned excepted);

#endif
