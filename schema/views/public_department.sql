CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_department AS
SELECT d.code, d.name FROM department d;
