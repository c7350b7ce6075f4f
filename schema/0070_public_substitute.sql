CREATE SQL SECURITY DEFINER VIEW public_substitute AS
SELECT x.id, w.campaign_id, w.code AS draw, x.stratum, o.code AS subject, s.code AS substitute,
       x.position, x.reason
FROM substitute x JOIN draw w ON w.id = x.draw_id JOIN campaign c ON c.id = w.campaign_id
     JOIN subject o ON o.id = x.subject_id JOIN subject s ON s.id = x.substitute_id
WHERE c.state = 'revealed';
