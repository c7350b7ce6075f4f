-- What the database account of each program may do, and no more. `lianchactl migrate` runs this
-- after the migrations, each time; a statement ends with ';' at the end of a line. The accounts are
-- made by whoever runs the server (conf/services.sh for the demo) and have no other right. It only
-- gives: a right that a later version no longer names is taken back by whoever runs the server.
--
-- Nobody but the owner of the schema may change or remove an audit event.

-- liancha_planner: plans, draws, visits, reviews, publications; the audit log is only appended to.
GRANT SELECT ON liancha.schema_migration TO 'liancha_planner'@'localhost';
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
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.directory_entry TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.inspection_item TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.checklist TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.import TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_subject TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.import_change TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_entry TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.import_line TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory_departure TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.listing TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.check_history TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.account TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.session TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.audit_event TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.plan TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.plan_quota TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.campaign TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.campaign_secret TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.draw TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.draw_quota TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.snapshot_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.roster_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.roster_change TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.result_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.draw_result TO 'liancha_planner'@'localhost';
-- A substitution takes an untouched visit back: hence the DELETEs.
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.visit TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.section TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.task TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.assignment TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.inspector_draw TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.match_part TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.adjustment TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.substitute TO 'liancha_planner'@'localhost';
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
GRANT UPDATE (written_off_at, written_off_by, written_off_why) ON liancha.door_record
    TO 'liancha_planner'@'localhost';
GRANT UPDATE (verified_at, written_off_at, written_off_by, written_off_why) ON liancha.evidence
    TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence_blob TO 'liancha_planner'@'localhost';
GRANT UPDATE (sha256, size, claims) ON liancha.evidence_blob TO 'liancha_planner'@'localhost';
GRANT SELECT ON liancha.evidence_possession TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.penalty TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.publication TO 'liancha_planner'@'localhost';
GRANT SELECT, INSERT ON liancha.outbox TO 'liancha_planner'@'localhost';

-- liancha_mobile: what the phones record; no account, no session, no secret of a draw.
GRANT SELECT ON liancha.schema_migration TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.region TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.specialty TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.result_code TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.rule TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.department TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.inspector TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.subject TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.inspection_item TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.checklist TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.campaign TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.visit TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.task TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.assignment TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain TO 'liancha_mobile'@'localhost';
GRANT SELECT, INSERT ON liancha.audit_event TO 'liancha_mobile'@'localhost';
GRANT SELECT ON liancha.section TO 'liancha_mobile'@'localhost';
GRANT UPDATE (state, version, field_versions, arrived_at, left_at, note, conflicts,
    result_class, opinion, statement, attendance_reason, attended, signed_by, signed_at)
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

-- liancha_public: published views and nothing else.
GRANT SELECT ON liancha.schema_migration TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_campaign TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw_quota TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_snapshot_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_roster_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_result_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_draw_result TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_match_part TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_adjustment TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_substitute TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_publication TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_region TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_department TO 'liancha_public'@'localhost';
GRANT SELECT ON liancha.public_specialty TO 'liancha_public'@'localhost';

-- liancha_pushd: the outbox; what it sends stands there already.
GRANT SELECT ON liancha.schema_migration TO 'liancha_pushd'@'localhost';
GRANT SELECT ON liancha.outbox TO 'liancha_pushd'@'localhost';
GRANT UPDATE (state, attempts, next_at, lease_until, receipt, accepted_at, last_error)
    ON liancha.outbox TO 'liancha_pushd'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain TO 'liancha_pushd'@'localhost';
GRANT SELECT, INSERT ON liancha.audit_event TO 'liancha_pushd'@'localhost';

-- liancha_admin: lianchactl: reference data, imports, accounts, checks.
GRANT SELECT ON liancha.schema_migration TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.region TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.result_code TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.calendar_day TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.rule TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.department TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.department_specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.inspector TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_specialty TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.inspector_area TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.inspector_recusal TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.subject TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.directory_entry TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.inspection_item TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.checklist TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.import TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_subject TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.import_change TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.import_entry TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.import_line TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.directory_departure TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.listing TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.check_history TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.account TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.session TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.audit_chain TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.audit_event TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.plan TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.plan_quota TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.draw TO 'liancha_admin'@'localhost';
GRANT SELECT (id, shared), UPDATE (epoch, shared) ON liancha.sync_epoch TO 'liancha_admin'@'localhost';
GRANT SELECT (version), UPDATE (version) ON liancha.section TO 'liancha_admin'@'localhost';
GRANT SELECT (version), UPDATE (version) ON liancha.check_result TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE ON liancha.feed_head TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON liancha.feed_item TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT, DELETE ON liancha.feed_tombstone TO 'liancha_admin'@'localhost';
GRANT SELECT, INSERT ON liancha.evidence_blob TO 'liancha_admin'@'localhost';
GRANT UPDATE (sha256, size, claims) ON liancha.evidence_blob TO 'liancha_admin'@'localhost';
GRANT SELECT, UPDATE, DELETE ON liancha.evidence_upload TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.publication TO 'liancha_admin'@'localhost';
GRANT SELECT ON liancha.outbox TO 'liancha_admin'@'localhost';
