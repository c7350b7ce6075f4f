CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_result_part AS
SELECT r.draw_id, r.part, r.body
FROM result_part r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state IN ('drawn', 'void')
      AND (c.results_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
