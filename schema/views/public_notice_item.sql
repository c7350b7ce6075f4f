CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_notice_item AS
SELECT p.code_hash, d.name AS department_name, i.code, i.name, i.legal_basis
FROM public_notice p JOIN section s ON s.visit_id = p.visit_id JOIN department d ON d.id = s.department_id
     JOIN check_result k ON k.section_id = s.id JOIN inspection_item i ON i.id = k.item_id;
