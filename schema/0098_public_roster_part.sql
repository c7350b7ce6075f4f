-- As the snapshots: before the reveal the digest alone is public.
CREATE SQL SECURITY DEFINER VIEW public_roster_part AS
SELECT r.draw_id, r.part, r.body
FROM roster_part r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state = 'revealed';
