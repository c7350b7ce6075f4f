/* The planner's handlers, one file per subject, and the table that maps URLs to them. */
#ifndef LIANCHA_PLANNER_ROUTES_H
#define LIANCHA_PLANNER_ROUTES_H

#include "domain/workday.h"
#include "web/web.h"

extern const struct web_route planner_routes[];

/* scope.c */
/* The scope of a list: the id of the actor's department. */
enum rc planner_own_department(struct web_ctx *c, struct db_val *scope);

/* session.c */
web_handler planner_session_open;
web_handler planner_session_show;
web_handler planner_session_prepare;
web_handler planner_session_close;
web_handler planner_session_close_all;
extern const struct web_input planner_session_body;

/* account.c, account_change.c, password.c */
web_handler planner_account_create;
web_handler planner_account_unlock;
web_handler planner_account_roles;
web_handler planner_account_move;
web_handler planner_account_disable;
web_handler planner_account_enable;
web_handler planner_account_retire;
web_handler planner_account_reset;
web_handler planner_password_make;
web_handler planner_password_prepare;
web_handler planner_password_change;
extern const struct web_input planner_account_body;
extern const struct web_input planner_account_roles_body;
extern const struct web_input planner_account_move_body;
extern const struct web_input planner_account_step_body;
extern const struct web_input planner_account_reset_body;
extern const struct web_input planner_password_body;

/* totp.c */
web_handler planner_totp_prepare;
web_handler planner_totp_begin;
web_handler planner_totp_confirm;
extern const struct web_input planner_totp_body;
extern const struct web_input planner_totp_code_body;

/* audit.c */
/* Scopes of audit_list: of the own department's chain, and of the path's. */
enum rc planner_audit_own(struct web_ctx *c, struct db_val *scope);
enum rc planner_audit_chain(struct web_ctx *c, struct db_val *scope);

/* directory.c */
enum rc planner_directory_scope(struct web_ctx *c, struct db_val *scope);
enum rc planner_directory_fill(struct web_ctx *c, struct arena *a, void *row);
enum rc planner_subject_scope(struct web_ctx *c, struct db_val *scope);
web_handler planner_subject_show;

/* record.c */
web_handler planner_subject_record;
web_handler planner_subject_put;
web_handler planner_subject_leave;
enum rc planner_subject_history(struct web_ctx *c, struct db_val *scope);
web_handler planner_inspector_show;
web_handler planner_inspector_put;
enum rc planner_inspector_history(struct web_ctx *c, struct db_val *scope);
web_handler planner_item_show;
web_handler planner_item_put;
enum rc planner_item_history(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_subject_body;
extern const struct web_input planner_subject_leave_body;
extern const struct web_input planner_inspector_body;
extern const struct web_input planner_item_body;

/* proposal.c */
web_handler planner_proposal_decide;
extern const struct web_input planner_proposal_decision;

/* import.c */
web_handler planner_import_subjects;
web_handler planner_import_create;
web_handler planner_import_part;
web_handler planner_import_apply;
web_handler planner_import_show;
/* The import of the path, of the actor's department. */
enum rc planner_import_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_import_directory_query;
extern const struct web_input planner_import_kind_query;
extern const struct web_input planner_import_part_query;

/* checklist.c */
web_handler planner_checklist_show;
web_handler planner_checklist_publish;

/* plan.c */
web_handler planner_plan_create;
web_handler planner_plan_show;
web_handler planner_plan_file;
extern const struct web_input planner_plan_body;

/* chances.c */
web_handler planner_plan_chances;

/* ratio.c */
web_handler planner_plan_ratio;
extern const struct web_input planner_ratio_body;
extern const struct web_input planner_table_query;
web_handler planner_plan_table;

/* campaign.c */
/* Scope of campaign_list. */
enum rc planner_own_campaigns(struct web_ctx *c, struct db_val *scope);
web_handler planner_campaign_create;
web_handler planner_campaign_show;
web_handler planner_campaign_announce;
web_handler planner_campaign_value;
web_handler planner_campaign_abandon;
extern const struct web_input planner_campaign_body;
extern const struct web_input planner_announce_body;
extern const struct web_input planner_value_body;
extern const struct web_input planner_abandon_body;
extern const struct web_input planner_withdraw_body;

/* draw.c */
web_handler planner_draw_freeze;
web_handler planner_draw_withdraw;

/* visit.c, schedule.c */
web_handler planner_visit_create;
/* Scope of visit_list and adjustment_list. */
enum rc planner_campaign_scope(struct web_ctx *c, struct db_val *scope);
/* Scope of visit_day_list. */
enum rc planner_visit_days(struct web_ctx *c, struct db_val *scope);
web_handler planner_visit_show;
web_handler planner_visit_move;
web_handler planner_visit_notice;
extern const struct web_input planner_notice_body;
enum rc planner_rating_scope(struct web_ctx *c, struct db_val *scope);
web_handler planner_visit_cancel;
web_handler planner_clue_create;
web_handler planner_clue_show;
web_handler planner_clue_triage_add;
web_handler planner_clue_decide;
web_handler planner_clue_end;
web_handler planner_visit_pin;
web_handler planner_campaign_close;
web_handler planner_inspector_draw;
web_handler planner_visit_schedule;
web_handler planner_visit_dispatch;
extern const struct web_input planner_schedule_body;
extern const struct web_input planner_move_body;
extern const struct web_input planner_cancel_body;
extern const struct web_input planner_clue_body;
extern const struct web_input planner_clue_triage;
extern const struct web_input planner_clue_decision;
extern const struct web_input planner_clue_end_body;
extern const struct web_input planner_pin_body;

/* joint.c */
web_handler planner_joint_offer;
web_handler planner_joint_withdraw;
web_handler planner_joint_preview;
web_handler planner_joint_publish;
/* Scope of joint_schedule_list: the own city. */
enum rc planner_joint_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_joint_body;
extern const struct web_input planner_joint_preview_body;
extern const struct web_input planner_joint_publish_body;

/* adjustment.c, recusal.c, substitute.c */
web_handler planner_assignment_create;
web_handler planner_adjustment_create;
web_handler planner_adjustment_decide;
web_handler planner_recusal_create;
enum rc planner_recusal_scope(struct web_ctx *c, struct db_val *scope);
web_handler planner_substitute_create;
web_handler planner_substitute_decide;
enum rc planner_draw_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_assign_body;
extern const struct web_input planner_adjust_body;
extern const struct web_input planner_decide_body;
extern const struct web_input planner_recusal_body;
extern const struct web_input planner_substitute_body;
extern const struct web_input planner_substitute_decision;

/* difference.c */
web_handler planner_difference_list;
web_handler planner_difference_say;
web_handler planner_difference_approve;
extern const struct web_input planner_approval_body;
extern const struct web_input planner_difference_body;

/* enrolment.c, indicator.c */
web_handler planner_enrolment_create;
web_handler planner_indicator_show;
/* Scopes of ledger_list and progress_list. */
enum rc planner_ledger_scope(struct web_ctx *c, struct db_val *scope);
enum rc planner_progress_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_bulletin_body;
/* What may be done with a campaign: planner/action.h. */
enum rc planner_bulletin_check(struct web_ctx *c, const void *object);
web_handler planner_bulletin_issue;
web_handler planner_bulletin_show;
enum rc planner_bulletin_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_report_body;
web_handler planner_report_issue;
web_handler planner_report_show;
/* Scope of report_line_list. */
enum rc planner_report_lines(struct web_ctx *c, struct db_val *scope);
web_handler planner_workbench_show;

/* code_alert.c */
web_handler planner_code_alert_explain;
extern const struct web_input planner_code_alert_body;

/* section.c */
struct section;
/* The section of the path, of the actor's department; or the code with c->err set. */
enum rc planner_own_section(struct web_ctx *c, bool lock, struct section *s) RC_CHECKED;
web_handler planner_section_show;
web_handler planner_section_review;
web_handler planner_penalty_create;
extern const struct web_input planner_review_body;
extern const struct web_input planner_penalty_body;

/* disposal.c */
enum rc planner_disposal_fill(struct web_ctx *c, struct arena *a, void *row);
web_handler planner_disposal_create;
web_handler planner_disposal_end;
extern const struct web_input planner_disposal_body;
extern const struct web_input planner_disposal_end_body;

/* evidence.c */
enum rc planner_evidence_scope(struct web_ctx *c, struct db_val *scope);
enum rc planner_evidence_fill(struct web_ctx *c, struct arena *a, void *row);
web_handler planner_evidence_file;
web_handler planner_evidence_write_off;
web_handler planner_door_write_off;
/* The member "written_off" of an open object. */
struct evidence_write_off;
void planner_written_off(struct jsonw *w, const struct evidence_write_off *off);
extern const struct web_input planner_write_off_body;

/* device.c */
web_handler planner_device_revoke;
extern const struct web_input planner_revocation_body;

/* correction.c */
web_handler planner_correction_decide;
extern const struct web_input planner_decision_body;

/* delivery.c */
/* The scope of a list: the publication of the path, of the actor's department. */
enum rc planner_delivery_scope(struct web_ctx *c, struct db_val *scope);
extern const struct web_input planner_retry_body;
web_handler planner_delivery_retry;

/* publication.c */
/* What is overdue. */
enum rc planner_publication_fill(struct web_ctx *c, struct arena *a, void *row);
web_handler planner_publication_publish;
extern const struct web_input planner_correct_body;
web_handler planner_publication_correct;
extern const struct web_input planner_withhold_body;
web_handler planner_publication_withhold;
web_handler planner_publication_release;
extern const struct web_input planner_retract_body;
web_handler planner_publication_retract;
struct publication;
/* The publication of the path, of the actor's department. */
enum rc planner_own_publication(struct web_ctx *c, bool lock, struct publication *p) RC_CHECKED;

/* objection.c */
/* When objections are to be answered, by the rules and the calendar of today. */
struct objection_clock {
    struct workday_calendar calendar;
    unsigned days;
};
enum rc planner_objection_clock(struct web_ctx *c, struct objection_clock *clock) RC_CHECKED;
enum rc planner_objection_fill(struct web_ctx *c, struct arena *a, void *row);
enum rc planner_objection_scope(struct web_ctx *c, struct db_val *scope);
web_handler planner_objection_show;
web_handler planner_objection_examine;
web_handler planner_objection_decide;
extern const struct web_input planner_objection_decision;

/* preview.c */
web_handler planner_publication_preview;
extern const struct web_input planner_wish_body;
web_handler planner_publication_cover;
web_handler planner_publication_lift;
web_handler planner_publication_agree;

#endif
