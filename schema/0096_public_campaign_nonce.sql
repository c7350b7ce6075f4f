CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_campaign AS
SELECT c.id, c.code, c.name, c.region_code, d.name AS department_name, c.rule, c.state, c.redraw_why,
       c.secret_hash, c.committed_at, c.public_value, c.public_source, c.witnesses, c.valued_at,
       c.seed, c.drawn_at, c.secret, c.nonce, c.revealed_at, c.abandoned_at, c.abandoned_why
FROM campaign c JOIN department d ON d.id = c.department_id
WHERE c.state <> 'open';
