CREATE SQL SECURITY DEFINER VIEW public_draw_quota AS
SELECT q.draw_id, q.stratum, q.quota, q.eligible
FROM draw_quota q JOIN draw w ON w.id = q.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state <> 'open';
