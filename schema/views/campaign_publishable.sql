-- All that was drawn, reserves included, may be public: of an exercise with the draw, of a void campaign at
-- once, else as its teams.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW campaign_publishable AS
SELECT id, results_public_at
FROM campaign c
WHERE results_public_at IS NULL
  AND (state = 'void' OR (state = 'drawn' AND (publish = 'open'
    OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > public_by
    OR (teams_seed IS NOT NULL AND EXISTS (SELECT 1 FROM visit v WHERE v.campaign_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM visit v JOIN section s ON s.visit_id = v.id
        WHERE v.campaign_id = c.id AND s.state <> 'accepted')))));
