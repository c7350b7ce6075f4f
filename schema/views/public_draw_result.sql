-- Whom it selected is public with the draw where that is announced; reserves and scores with all the rest.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_draw_result AS
SELECT r.draw_id, r.stratum, r.position, s.code AS subject_code, r.subject_name,
       r.selected, IF(COALESCE(c.results_public_at IS NOT NULL
         OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by, 0), r.score, NULL) AS score
FROM draw_result r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
     JOIN subject s ON s.id = r.subject_id
WHERE c.state = 'drawn' AND (c.results_public_at IS NOT NULL
      OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by
      OR (c.publish = 'once' AND r.selected));
