-- Without the reason, which may speak of a person's health or family.
CREATE SQL SECURITY DEFINER VIEW public_adjustment AS
SELECT a.id, a.campaign_id, a.visit, d.code AS department, a.kind, l.card_no AS leaver,
       j.card_no AS joiner, a.source, a.ticket
FROM adjustment a JOIN campaign c ON c.id = a.campaign_id JOIN department d ON d.id = a.department_id
     LEFT JOIN inspector l ON l.id = a.leaver_id LEFT JOIN inspector j ON j.id = a.joiner_id
WHERE c.state = 'revealed' AND a.state = 'approved';
