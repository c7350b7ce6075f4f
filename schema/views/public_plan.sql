CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_plan AS
SELECT p.code, p.name, d.name AS department_name, p.ends_on, p.items,
       (SELECT CAST(SUM(q.quota) AS SIGNED) FROM plan_quota q WHERE q.plan_id = p.id) AS quota
FROM plan p JOIN department d ON d.id = p.department_id
WHERE p.state = 'filed';
