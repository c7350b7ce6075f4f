-- Rows are made with the reveal from now on: those of draws that still wait for it go.
DELETE r FROM draw_result r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
WHERE c.state <> 'revealed';
