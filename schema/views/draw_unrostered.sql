CREATE OR REPLACE SQL SECURITY DEFINER VIEW draw_unrostered AS
SELECT id, roster_sha256, roster_bytes, roster_lines
FROM draw
WHERE roster_sha256 IS NULL;
