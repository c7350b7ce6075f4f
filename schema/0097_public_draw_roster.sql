CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_draw AS
SELECT w.id, w.code, w.campaign_id, p.code AS plan_code, p.name AS plan_name,
       d.name AS department_name, w.frozen_at, w.snapshot_sha256, w.snapshot_bytes, w.snapshot_lines,
       w.roster_sha256, w.roster_bytes, w.roster_lines
FROM draw w JOIN campaign c ON c.id = w.campaign_id JOIN plan p ON p.id = w.plan_id
     JOIN department d ON d.id = w.department_id
WHERE c.state <> 'open' AND w.state = 'frozen';
