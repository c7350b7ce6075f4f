CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_announced AS
SELECT id, state, public_value, seed, drawn_at, secret, opened_at, abandoned_at, abandoned_reason
FROM campaign
WHERE state = 'announced';
