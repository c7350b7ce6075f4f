-- As announced with the draw, else with all the rest.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_drawn_part AS
SELECT r.draw_id, r.part, r.body
FROM drawn_part r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state = 'drawn' AND c.publish = 'once';
