-- The directory itself is shown only with the results: before, its digest alone is public.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_snapshot_part AS
SELECT s.draw_id, s.part, s.body
FROM snapshot_part s JOIN draw w ON w.id = s.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state IN ('drawn', 'void')
      AND (c.results_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
