-- Which parts of an entry were rated, by the code of its notice, and by which form; nothing of what was said. `led`: by
-- the lead department of the visit.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_rating AS
SELECT p.code_hash, p.visit_id, s.id AS section_id, s.department_id = v.lead_department_id AS led, r.form_hash
FROM public_notice p JOIN visit v ON v.id = p.visit_id JOIN section s ON s.visit_id = p.visit_id
     LEFT JOIN visit_rating r ON r.section_id = s.id;
