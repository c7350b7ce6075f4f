CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_retraction AS
SELECT p.id, p.kind, p.department_name, p.published_at, p.stopped_at, p.stopped_cause, p.stopped_reason
FROM publication p
WHERE p.state = 'retracted';
