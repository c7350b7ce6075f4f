CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_draw_weight AS
SELECT x.draw_id, x.stratum, x.weight, x.subjects, q.quota
FROM draw_weight x JOIN draw w ON w.id = x.draw_id JOIN campaign c ON c.id = w.campaign_id
     JOIN draw_quota q ON q.draw_id = x.draw_id AND q.stratum = x.stratum
WHERE c.state IN ('drawn', 'void')
      AND (c.results_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
