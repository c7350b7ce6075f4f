CREATE OR REPLACE SQL SECURITY DEFINER VIEW draw_withdrawable AS
SELECT w.id, w.campaign_id, w.withdrawn_at, w.withdrawn_reason
FROM draw w
WHERE w.withdrawn_at IS NULL
  AND EXISTS (SELECT 1 FROM campaign c WHERE c.id = w.campaign_id AND c.state = 'open');
