-- That, and why, plans of a campaign were drawn again.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_later AS
SELECT DISTINCT o.campaign_id, c.id AS later_id, c.code, c.state, c.redraw_reason, c.announced_at
FROM draw o JOIN draw n ON n.plan_id = o.plan_id AND n.id > o.id JOIN campaign c ON c.id = n.campaign_id
WHERE c.state IN ('announced', 'drawn', 'void');
