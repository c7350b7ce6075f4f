CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_substitute AS
SELECT x.id, w.campaign_id, w.code AS draw, x.stratum, o.code AS subject, s.code AS substitute,
       x.position, x.made_at, x.exception, x.opening, x.reason
FROM substitute x JOIN draw w ON w.id = x.draw_id JOIN campaign c ON c.id = w.campaign_id
     JOIN subject o ON o.id = x.subject_id JOIN subject s ON s.id = x.substitute_id
WHERE c.state = 'drawn' AND (c.publish = 'once' OR c.results_public_at IS NOT NULL
      OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
