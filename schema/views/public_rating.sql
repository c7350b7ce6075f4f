-- Which parts of an entry were rated, by the code of its notice, and by which form; nothing of what was said.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_rating AS
SELECT p.code_hash, s.id AS section_id, r.form_hash
FROM public_notice p JOIN section s ON s.visit_id = p.visit_id LEFT JOIN visit_rating r ON r.section_id = s.id;
