-- What is announced for later is held back: the secret and the seed, from which anybody computes what
-- was drawn, until the results are public; those of the teams until the teams are. The public value
-- and all digests are public at once. SYSDATE as seconds: the one clock that no session can set.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_campaign AS
SELECT p.id, p.code, p.name, p.region_code, d.name AS department_name, p.rule, p.state, p.redraw_reason,
       p.announcement, p.announced_at, p.value_at, p.latest_at, p.public_value,
       IF(p.results_open, p.seed, NULL) AS seed, p.drawn_at,
       IF(p.results_open, p.secret, NULL) AS secret, p.opened_at, p.abandoned_at, p.abandoned_reason,
       p.teams_at, p.closing, p.closed_at, p.teams_value, IF(p.teams_open, p.teams_seed, NULL) AS teams_seed,
       IF(p.teams_open, p.teams_secret, NULL) AS teams_secret, p.teams_drawn_at, p.results_open,
       p.results_open OR COALESCE(p.state = 'drawn' AND p.publish = 'once', 0) AS drawn_open
FROM (SELECT c.*, COALESCE(c.results_public_at IS NOT NULL
      OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by, 0) AS results_open,
      COALESCE(c.teams_public_at IS NOT NULL
      OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by, 0) AS teams_open FROM campaign c) p
     JOIN department d ON d.id = p.department_id
WHERE p.state <> 'open';
