CREATE OR REPLACE SQL SECURITY DEFINER VIEW roster_change_open AS
SELECT id, campaign_id, card_no, field, used, said_by, approved_by, approved_at
FROM roster_change
WHERE approved_by IS NULL AND approved_at IS NULL;
