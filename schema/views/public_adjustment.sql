-- Without the reason, which may speak of a person's health or family.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_adjustment AS
SELECT a.id, a.campaign_id, a.visit, d.code AS department, a.kind, l.card_no AS leaver,
       j.card_no AS joiner, a.source, a.ticket,
       COALESCE(a.decided_at, a.requested_at) AS made_at
FROM adjustment a JOIN campaign c ON c.id = a.campaign_id JOIN department d ON d.id = a.department_id
     LEFT JOIN inspector l ON l.id = a.leaver_id LEFT JOIN inspector j ON j.id = a.joiner_id
WHERE c.state = 'drawn' AND a.state = 'approved'
      AND (c.teams_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
