-- All visits have a team and are signed off for good, or the last day of all plans is over, by the clock that
-- no session can set.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_visited AS
SELECT id, teams_public_at
FROM campaign c
WHERE state = 'drawn' AND teams_public_at IS NULL
  AND (DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > public_by
    OR (teams_seed IS NOT NULL AND EXISTS (SELECT 1 FROM visit v WHERE v.campaign_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM visit v JOIN section s ON s.visit_id = v.id
        WHERE v.campaign_id = c.id AND s.state <> 'accepted')));
