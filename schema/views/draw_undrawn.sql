CREATE OR REPLACE SQL SECURITY DEFINER VIEW draw_undrawn AS
SELECT w.id, w.result_sha256, w.drawn_sha256
FROM draw w
WHERE w.result_sha256 IS NULL
  AND EXISTS (SELECT 1 FROM campaign c WHERE c.id = w.campaign_id AND c.seed IS NOT NULL);
