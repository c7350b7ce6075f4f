-- Its list of inspectors is still open.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_drawn AS
SELECT id, closing, closed_at
FROM campaign
WHERE state = 'drawn' AND closing IS NULL;
