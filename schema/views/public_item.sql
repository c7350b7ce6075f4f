CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_item AS
SELECT i.code, i.version, i.specialty, s.name AS specialty_name, i.name, i.category, i.method, i.legal_basis, i.content
FROM inspection_item i JOIN specialty s ON s.code = i.specialty
     LEFT JOIN inspection_item later ON later.code = i.code AND later.version > i.version
WHERE NOT i.retired AND later.id IS NULL;
