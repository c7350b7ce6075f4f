-- The departments' parts of an entry, by the code of its notice.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_notice_section AS
SELECT p.code_hash, s.id AS section_id, p.campaign_id, s.department_id
FROM public_notice p JOIN section s ON s.visit_id = p.visit_id;
