CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_closed AS
SELECT id, teams_value, teams_seed, teams_secret, teams_drawn_at
FROM campaign
WHERE closing IS NOT NULL AND teams_seed IS NULL;
