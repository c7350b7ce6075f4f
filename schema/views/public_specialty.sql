CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_specialty AS
SELECT s.code, s.name FROM specialty s;
