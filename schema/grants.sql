-- What the database account of each program may do, and no more: `lianchactl migrate` compares, each
-- time, what the accounts named here hold in this database with what is written here, gives what is
-- missing and takes what is not here. The accounts are made by whoever runs the server
-- (conf/services.sh for the demo), who also drops one that is used no longer.
--
-- Nobody but the owner of the schema may change or remove an audit event.

-- liancha_planner: plans, draws, visits, reviews, publications; the audit log is only appended to.
GRANT SELECT ON liancha.schema_file TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.region TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.specialty TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.result_code TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.calendar_day TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.rule TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.department TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.department_specialty TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.inspector TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_specialty TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_area TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.inspector_recusal TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.subject TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.fact_authority TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.subject_word TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.subject_proposal TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.subject_change TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.subject_person TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.directory_entry TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.inspection_item TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.checklist TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.import TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_subject TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.import_change TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_entry TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.import_line TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.record_change TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory_departure TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.listing TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.check_history TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.account TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.password_former TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.password_word TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.sign_in TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.duty_exception TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.session TO 'liancha_planner'@'localhost';
GRANT UPDATE (ends_at) ON liancha.session TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain_own TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.audit_event TO 'liancha_planner'@'localhost';
GRANT INSERT ON liancha.audit_event_own TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.plan TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.plan_quota TO 'liancha_planner'@'localhost';
-- What a campaign or a draw is bound to is written once, through the view of the step: see
-- views/campaign_open.sql.
GRANT SELECT, INSERT (code, name, region_code, department_id, rule, redraw_reason, state), UPDATE (guard)
    ON liancha.campaign TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (state, announcement, announced_at, value_at, latest_at, teams_at, publish,
    public_by, abandoned_at, abandoned_reason) ON liancha.campaign_open TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (state, public_value, seed, drawn_at, secret, opened_at, abandoned_at, abandoned_reason)
    ON liancha.campaign_announced TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (public_value, seed, drawn_at) ON liancha.campaign_void TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (closing, closed_at) ON liancha.campaign_drawn TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (teams_value, teams_seed, teams_secret, teams_drawn_at) ON liancha.campaign_closed
    TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (results_public_at) ON liancha.campaign_publishable TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (teams_public_at) ON liancha.campaign_visited TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.campaign_secret TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.campaign_text TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.campaign_entry TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.draw_scope TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT (code, entered_id, campaign_id, plan_id, department_id, state) ON liancha.draw
    TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (state, frozen_at, snapshot_sha256, snapshot_bytes, snapshot_lines) ON liancha.draw_open
    TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (roster_sha256, roster_bytes, roster_lines) ON liancha.draw_unrostered
    TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (campaign_id, withdrawn_at, withdrawn_reason) ON liancha.draw_withdrawable
    TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (result_sha256, drawn_sha256) ON liancha.draw_undrawn TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.draw_quota TO 'liancha_planner'@'localhost';
GRANT INSERT ON liancha.draw_weight TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.snapshot_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.roster_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.change_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.roster_change TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (approved_by, approved_at) ON liancha.roster_change_timely
    TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.result_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.drawn_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.draw_result TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (taken) ON liancha.visit_turn TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.joint_campaign TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.joint_schedule TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.report TO 'liancha_planner'@'localhost';
-- A substitution takes an untouched visit back: hence the DELETEs.
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.visit TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.section TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.task TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.visit_notice TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.rating_line TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.assignment TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.inspector_draw TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.match_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.adjustment TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.substitute TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.substitute_request TO 'liancha_planner'@'localhost';
GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON liancha.substitute_request
    TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.clue TO 'liancha_planner'@'localhost';
GRANT UPDATE (state, version, plan, plan_reason, visit_id, planned_on, proposed_by, proposed_at,
    decided_by, decided_at, decision_reason, outcome, note, ended_by, ended_at)
    ON liancha.clue TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.clue_inspector TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.check_result TO 'liancha_planner'@'localhost';
GRANT UPDATE (version, field_versions, result_code, problem, disposal, answers)
    ON liancha.check_result TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.sync_op TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.held_op TO 'liancha_planner'@'localhost';
GRANT UPDATE (state, decided_by, decided_at, reason) ON liancha.held_op
    TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.sync_conflict TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_head TO 'liancha_planner'@'localhost';
GRANT SELECT (id, shared), UPDATE (shared) ON liancha.sync_epoch TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_item TO 'liancha_planner'@'localhost';
GRANT INSERT ON liancha.feed_tombstone TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.enrolment TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.device TO 'liancha_planner'@'localhost';
GRANT UPDATE (state) ON liancha.device TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.device_clock TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.door_record TO 'liancha_planner'@'localhost';
GRANT UPDATE (written_off_at, written_off_by, written_off_reason) ON liancha.door_record
    TO 'liancha_planner'@'localhost';
GRANT UPDATE (verified_at, written_off_at, written_off_by, written_off_reason) ON liancha.evidence
    TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence_blob TO 'liancha_planner'@'localhost';
GRANT UPDATE (sha256, size, claims) ON liancha.evidence_blob TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.evidence_possession TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.penalty TO 'liancha_planner'@'localhost';
GRANT UPDATE (act_type, content, authority) ON liancha.penalty TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.disposal TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.disposal_inspector TO 'liancha_planner'@'localhost';
GRANT UPDATE (state, ended_on, outcome, method, note, ended_by, ended_at)
    ON liancha.disposal TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.publication TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.publication_version TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.public_publication TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (state, examined_by, decided_by, decided_at, answer) ON liancha.objection
    TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.publication_wish TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.publication_suffix TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.outbox TO 'liancha_planner'@'localhost';
GRANT SELECT, UPDATE (ended_at, ending, reason, ended_by) ON liancha.delivery_difference
    TO 'liancha_planner'@'localhost';
-- What was not sent yet when its publication was retracted, and what is sent again.
GRANT UPDATE (state, next_at, compare_at, difference, difference_at, shown)
    ON liancha.outbox TO 'liancha_planner'@'localhost';

-- liancha_mobile: what the phones record; no account, no session, no secret of a draw.
GRANT SELECT ON liancha.schema_file TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.region TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.specialty TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.result_code TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.rule TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.department TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.inspector TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.public_publication TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.subject TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.inspection_item TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.checklist TO 'liancha_mobile'@'localhost';
GRANT SELECT (id, code, name) ON liancha.campaign TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.visit TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.task TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.assignment TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain_own TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.audit_event TO 'liancha_mobile'@'localhost';
GRANT INSERT ON liancha.audit_event_own TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.section TO 'liancha_mobile'@'localhost';
GRANT UPDATE (state, version, field_versions, arrived_at, left_at, note, conflicts,
    result_class, opinion, statement, attendance_reason, attended, code_state, signed_by, signed_at)
    ON liancha.section
    TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.check_result TO 'liancha_mobile'@'localhost';
GRANT UPDATE (version, field_versions, result_code, problem, disposal, answers)
    ON liancha.check_result TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.sync_conflict TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.sync_epoch TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_head TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_item TO 'liancha_mobile'@'localhost';
GRANT INSERT ON liancha.feed_tombstone TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.device TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.device_clock TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.enrolment TO 'liancha_mobile'@'localhost';
GRANT UPDATE (device_id) ON liancha.enrolment TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.sync_op TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.held_op TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT ON liancha.door_record TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence TO 'liancha_mobile'@'localhost';
GRANT UPDATE (verified_at) ON liancha.evidence TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.evidence_possession TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.evidence_blob TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.evidence_upload TO 'liancha_mobile'@'localhost';

-- liancha_public: published views; objections and ratings in, never out again.
GRANT SELECT ON liancha.schema_file TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_campaign TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_later TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_campaign_text TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_snapshot_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_roster_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_change_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw_weight TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_result_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_drawn_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw_result TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_match_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_adjustment TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_substitute TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_publication TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_retraction TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_objection TO 'liancha_public'@'localhost';
GRANT INSERT ON liancha.objection_entry TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_publication_suffix TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_notice TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_notice_section TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_rating TO 'liancha_public'@'localhost';
GRANT INSERT ON liancha.rating_entry TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_notice_item TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_notice_inspector TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_region TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_department TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_specialty TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_item TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_plan TO 'liancha_public'@'localhost';

-- liancha_pushd: the outbox; what it sends stands there already.
GRANT SELECT ON liancha.schema_file TO 'liancha_pushd'@'localhost';
GRANT SELECT ON liancha.outbox TO 'liancha_pushd'@'localhost';
GRANT UPDATE (state, attempts, next_at, lease_until, receipt, accepted_at, last_error, compare_at,
    compared_at, difference, difference_at, shown)
    ON liancha.outbox TO 'liancha_pushd'@'localhost';
GRANT SELECT (outbox_id, ended_at), INSERT, UPDATE (ended_at, ending, reason, ended_by)
    ON liancha.delivery_difference TO 'liancha_pushd'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain_own TO 'liancha_pushd'@'localhost';
GRANT SELECT ON liancha.audit_event TO 'liancha_pushd'@'localhost';
GRANT INSERT ON liancha.audit_event_own TO 'liancha_pushd'@'localhost';

-- liancha_draw: `lianchactl draw run`: what was announced becomes a draw, and nothing else does.
GRANT SELECT ON liancha.schema_file TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.region TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.department TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (guard) ON liancha.campaign TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (state, public_value, seed, drawn_at, secret, opened_at, abandoned_at, abandoned_reason)
    ON liancha.campaign_announced TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (public_value, seed, drawn_at) ON liancha.campaign_void TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (closing, closed_at) ON liancha.campaign_drawn TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (teams_value, teams_seed, teams_secret, teams_drawn_at) ON liancha.campaign_closed
    TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (results_public_at) ON liancha.campaign_publishable TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (teams_public_at) ON liancha.campaign_visited TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.campaign_secret TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.campaign_text TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.plan TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.directory TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.draw TO 'liancha_draw'@'localhost';
GRANT SELECT, UPDATE (result_sha256, drawn_sha256) ON liancha.draw_undrawn TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.draw_quota TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.snapshot_part TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.result_part TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.drawn_part TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.draw_result TO 'liancha_draw'@'localhost';
GRANT SELECT (id, code, name, region_code) ON liancha.subject TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.specialty TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.calendar_day TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.rule TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.visit TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.section TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.task TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.inspector TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.inspector_specialty TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.inspector_area TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.inspector_recusal TO 'liancha_draw'@'localhost';
GRANT SELECT (id, department_id) ON liancha.account TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.roster_part TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.roster_change TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.assignment TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.inspector_draw TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT ON liancha.match_part TO 'liancha_draw'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain_own TO 'liancha_draw'@'localhost';
GRANT SELECT ON liancha.audit_event TO 'liancha_draw'@'localhost';
GRANT INSERT ON liancha.audit_event_own TO 'liancha_draw'@'localhost';

-- liancha_watch: liancha-watch and `lianchactl status`: how much waits, and since when; nothing of
-- whom, of what, or of anybody.
GRANT SELECT ON liancha.schema_file TO 'liancha_watch'@'localhost';
GRANT SELECT (id) ON liancha.department TO 'liancha_watch'@'localhost';
GRANT SELECT (department_id, state, at) ON liancha.held_op TO 'liancha_watch'@'localhost';
GRANT SELECT (id, department_id, state, due_on, published_at) ON liancha.publication
    TO 'liancha_watch'@'localhost';
GRANT SELECT (publication_id, department_id, target, state, difference) ON liancha.outbox
    TO 'liancha_watch'@'localhost';
GRANT SELECT (id, visit_id, department_id, state) ON liancha.section TO 'liancha_watch'@'localhost';
GRANT SELECT (id, planned_on, state) ON liancha.visit TO 'liancha_watch'@'localhost';
GRANT SELECT (section_id, inspector_id) ON liancha.assignment TO 'liancha_watch'@'localhost';
GRANT SELECT (id, inspector_id, state, access_expires_at) ON liancha.device
    TO 'liancha_watch'@'localhost';
GRANT SELECT (section_id, verified_at, written_off_at) ON liancha.evidence
    TO 'liancha_watch'@'localhost';
GRANT SELECT (state, latest_at) ON liancha.campaign TO 'liancha_watch'@'localhost';
GRANT SELECT (on_duty, card_expires_on) ON liancha.inspector TO 'liancha_watch'@'localhost';
GRANT SELECT (notice_year) ON liancha.calendar_day TO 'liancha_watch'@'localhost';
GRANT SELECT (chain, seq, at, action) ON liancha.audit_event TO 'liancha_watch'@'localhost';

-- liancha_admin: lianchactl: reference data, imports, accounts, checks.
GRANT SELECT ON liancha.schema_file TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.region TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.result_code TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.calendar_day TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.rule TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.department TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.department_specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.inspector TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_area TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.inspector_recusal TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.subject TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.fact_authority TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.subject_word TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.subject_proposal TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.subject_change TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.subject_person TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.directory_entry TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.inspection_item TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.checklist TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.import TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_subject TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.import_change TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_entry TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.import_line TO 'liancha_admin'@'localhost';
GRANT INSERT ON liancha.record_change TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory_departure TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.listing TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.check_history TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.account TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.password_former TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.password_word TO 'liancha_admin'@'localhost';
GRANT SELECT, DELETE ON liancha.sign_in TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.duty_exception TO 'liancha_admin'@'localhost';
GRANT SELECT (account_id, token_hash), DELETE ON liancha.session TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain_own TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.audit_chain TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.audit_event TO 'liancha_admin'@'localhost';
GRANT INSERT ON liancha.audit_event_own TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.plan TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.plan_quota TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.draw TO 'liancha_admin'@'localhost';
GRANT SELECT (epoch, id, shared), UPDATE (epoch, shared) ON liancha.sync_epoch TO 'liancha_admin'@'localhost';
GRANT SELECT (version), UPDATE (version) ON liancha.section TO 'liancha_admin'@'localhost';
GRANT SELECT (version), UPDATE (version) ON liancha.check_result TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_head TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.feed_item TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.feed_tombstone TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence_blob TO 'liancha_admin'@'localhost';
GRANT UPDATE (sha256, size, claims) ON liancha.evidence_blob TO 'liancha_admin'@'localhost';
GRANT SELECT, UPDATE, DELETE ON liancha.evidence_upload TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.publication TO 'liancha_admin'@'localhost';
GRANT UPDATE (due_on, provisional, due_before) ON liancha.publication TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.outbox TO 'liancha_admin'@'localhost';
GRANT SELECT (id, contact, decided_at), UPDATE (name, contact) ON liancha.objection
    TO 'liancha_admin'@'localhost';
GRANT SELECT (expires_at), DELETE ON liancha.enrolment TO 'liancha_admin'@'localhost';
