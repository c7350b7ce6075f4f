-- Names and card numbers of that visit only.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_notice_inspector AS
SELECT p.code_hash, d.name AS department_name, i.name, i.card_no
FROM public_notice p JOIN section s ON s.visit_id = p.visit_id JOIN department d ON d.id = s.department_id
     JOIN assignment a ON a.section_id = s.id JOIN inspector i ON i.id = a.inspector_id;
