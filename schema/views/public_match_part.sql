CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_match_part AS
SELECT m.campaign_id, m.name, m.part, m.body
FROM match_part m JOIN campaign c ON c.id = m.campaign_id
WHERE c.teams_seed IS NOT NULL AND (c.teams_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by);
