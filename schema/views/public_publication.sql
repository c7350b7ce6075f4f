CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_publication AS
SELECT p.id, p.kind, p.published_at, p.due_on, p.subject_code, p.subject_name, p.department_id, p.department_name,
       COALESCE(d.telephone, '') AS telephone,
       p.region_code, r.name AS region_name, p.checked_on, p.result_class, p.payload, p.payload_hash, p.search_text,
       p.tags, p.version, p.corrected_at, p.corrected_reason
FROM publication p LEFT JOIN department d ON d.id = p.department_id JOIN region r ON r.code = p.region_code
WHERE p.state = 'published';
