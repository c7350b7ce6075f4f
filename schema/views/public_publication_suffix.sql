CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_publication_suffix AS
SELECT x.suffix, x.publication_id FROM publication_suffix x;
