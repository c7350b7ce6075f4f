CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_campaign_text AS
SELECT t.campaign_id, t.name, t.body FROM campaign_text t JOIN campaign c ON c.id = t.campaign_id
WHERE t.name <> 'closing' OR (c.teams_seed IS NOT NULL AND
      (c.teams_public_at IS NOT NULL OR DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) > c.public_by));
