/* The planner's handlers, one file per subject, and the table that maps URLs to them. */
#ifndef LIANCHA_PLANNER_ROUTES_H
#define LIANCHA_PLANNER_ROUTES_H

#include "web/web.h"

extern const struct web_route planner_routes[];

/* page.c: what a list takes, keyset pagination. */
enum { PLANNER_LIMIT = 50, PLANNER_LIMIT_MAX = 200 };
#define PLANNER_PAGE_FIELDS(type)                                                                  \
    { "after", WEB_INT, offsetof(type, after), false, 0, JSON_INT_MAX, 0, NULL },                  \
    {                                                                                              \
        "limit", WEB_INT, offsetof(type, limit), false, 1, PLANNER_LIMIT_MAX, 0, NULL              \
    }
struct planner_page_query {
    int64_t after; /* an id, not itself */
    int64_t limit; /* 0: not given */
};
struct planner_state_query {
    const char *state;
    int64_t after;
    int64_t limit;
};
extern const struct web_input planner_page_query;
extern const struct web_input planner_state_query;
int64_t planner_limit(int64_t given);
/* Ends the open array of n rows, and the reply; last: the id of the last row, if there is one. */
enum rc planner_page_end(struct web_ctx *c, struct jsonw *w, int64_t limit, size_t n,
                         int64_t last) RC_CHECKED;

/* session.c */
web_handler planner_health;
web_handler planner_session_open;
web_handler planner_session_show;
web_handler planner_session_close;
extern const struct web_input planner_session_body;

/* account.c */
web_handler planner_account_create;
web_handler planner_account_unlock;
extern const struct web_input planner_account_body;

/* audit.c */
web_handler planner_audit_events;
extern const struct web_input planner_audit_query;

/* directory.c */
web_handler planner_directory_list;
extern const struct web_input planner_directory_query;

/* import.c */
web_handler planner_import_subjects;
web_handler planner_import_create;
web_handler planner_import_part;
web_handler planner_import_apply;
web_handler planner_import_show;
web_handler planner_import_lines;
web_handler planner_import_changes;
web_handler planner_import_report;
web_handler planner_import_differences;
extern const struct web_input planner_import_directory_query;
extern const struct web_input planner_import_kind_query;
extern const struct web_input planner_import_part_query;
extern const struct web_input planner_import_line_query;
extern const struct web_input planner_import_change_query;

/* checklist.c */
web_handler planner_checklist_list;
web_handler planner_checklist_show;
web_handler planner_checklist_publish;
extern const struct web_input planner_checklist_query;

/* plan.c */
web_handler planner_plan_list;
web_handler planner_plan_create;
web_handler planner_plan_show;
web_handler planner_plan_file;
extern const struct web_input planner_plan_body;
extern const struct web_input planner_plan_query;

/* ratio.c */
web_handler planner_plan_ratio;
extern const struct web_input planner_ratio_body;

/* campaign.c */
web_handler planner_campaign_list;
web_handler planner_campaign_create;
web_handler planner_campaign_show;
web_handler planner_campaign_commit;
web_handler planner_campaign_value;
web_handler planner_campaign_draw;
web_handler planner_campaign_reveal;
web_handler planner_campaign_abandon;
extern const struct web_input planner_campaign_body;
extern const struct web_input planner_value_body;
extern const struct web_input planner_abandon_body;
extern const struct web_input planner_withdraw_body;

/* draw.c */
web_handler planner_draw_freeze;
web_handler planner_draw_withdraw;

/* visit.c, schedule.c */
web_handler planner_visit_create;
web_handler planner_visit_list;
web_handler planner_visit_show;
web_handler planner_inspector_draw;
web_handler planner_visit_schedule;
web_handler planner_visit_dispatch;
extern const struct web_input planner_visit_query;
extern const struct web_input planner_schedule_body;

/* adjustment.c, recusal.c, substitute.c */
web_handler planner_assignment_create;
web_handler planner_adjustment_create;
web_handler planner_adjustment_decide;
web_handler planner_adjustment_list;
web_handler planner_recusal_create;
web_handler planner_substitute_create;
web_handler planner_substitute_list;
extern const struct web_input planner_assign_body;
extern const struct web_input planner_adjust_body;
extern const struct web_input planner_decide_body;
extern const struct web_input planner_recusal_body;
extern const struct web_input planner_substitute_body;

/* difference.c */
web_handler planner_difference_list;
web_handler planner_difference_say;
extern const struct web_input planner_difference_body;

/* enrolment.c, indicator.c */
web_handler planner_enrolment_create;
web_handler planner_indicator_show;

/* section.c */
struct section;
/* The section of the path, of the actor's department; or the code with c->err set. */
enum rc planner_own_section(struct web_ctx *c, bool lock, struct section *s) RC_CHECKED;
web_handler planner_section_list;
web_handler planner_section_show;
web_handler planner_section_review;
web_handler planner_penalty_create;
extern const struct web_input planner_review_body;
extern const struct web_input planner_penalty_body;

/* evidence.c */
web_handler planner_evidence_list;
web_handler planner_evidence_file;
web_handler planner_evidence_write_off;
web_handler planner_door_write_off;
/* The member "written_off" of an open object. */
struct evidence_write_off;
void planner_written_off(struct jsonw *w, const struct evidence_write_off *off);
extern const struct web_input planner_write_off_body;

/* device.c */
web_handler planner_device_list;
web_handler planner_device_revoke;
extern const struct web_input planner_revocation_body;

/* correction.c */
web_handler planner_correction_list;
web_handler planner_correction_decide;
extern const struct web_input planner_decision_body;

/* publication.c */
web_handler planner_publication_list;
web_handler planner_publication_publish;

#endif
