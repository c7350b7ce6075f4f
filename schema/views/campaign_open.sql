-- A step of a campaign begins at the rows of its view, and writes the columns that grants.sql names: so what was
-- announced, drawn, opened or published is written once, whoever holds a program's account. Views and no
-- triggers: see audit_event_own.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_open AS
SELECT id, state, announcement, announced_at, value_at, latest_at, teams_at, publish, public_by, abandoned_at,
       abandoned_reason
FROM campaign
WHERE state = 'open';
