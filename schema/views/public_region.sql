-- Names for the search form and the strata of a draw.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_region AS
SELECT r.code, r.name FROM region r;
