CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_draw AS
SELECT w.id, w.code, w.campaign_id, p.code AS plan_code,
       d.name AS department_name, w.frozen_at, w.snapshot_sha256, w.snapshot_bytes, w.snapshot_lines,
       w.roster_sha256, w.roster_bytes, w.roster_lines, w.result_sha256,
       w.drawn_sha256
FROM draw w JOIN campaign c ON c.id = w.campaign_id JOIN plan p ON p.id = w.plan_id
     JOIN department d ON d.id = w.department_id
WHERE c.state <> 'open' AND w.state = 'frozen';
