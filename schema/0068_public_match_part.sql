CREATE SQL SECURITY DEFINER VIEW public_match_part AS
SELECT m.campaign_id, m.name, m.part, m.body
FROM match_part m JOIN campaign c ON c.id = m.campaign_id
WHERE c.state = 'revealed';
