-- Without a value yet: with it, it tells what it would have drawn.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_void AS
SELECT id, public_value, seed, drawn_at
FROM campaign
WHERE state = 'void' AND seed IS NULL;
