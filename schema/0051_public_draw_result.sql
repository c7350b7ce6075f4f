CREATE SQL SECURITY DEFINER VIEW public_draw_result AS
SELECT r.draw_id, r.stratum, r.position, s.code AS subject_code, s.name AS subject_name,
       r.selected, r.score
FROM draw_result r JOIN draw w ON w.id = r.draw_id JOIN campaign c ON c.id = w.campaign_id
     JOIN subject s ON s.id = r.subject_id
WHERE c.state = 'revealed';
