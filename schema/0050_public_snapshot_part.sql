-- The directory itself is shown only with the results: before, its digest alone is public.
CREATE SQL SECURITY DEFINER VIEW public_snapshot_part AS
SELECT s.draw_id, s.part, s.body
FROM snapshot_part s JOIN draw w ON w.id = s.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state = 'revealed';
