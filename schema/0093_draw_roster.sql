-- The digest of the text that commits to the inspectors; NULL: frozen before there was one.
ALTER TABLE draw
    ADD COLUMN roster_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER snapshot_lines,
    ADD COLUMN roster_bytes BIGINT UNSIGNED NULL AFTER roster_sha256,
    ADD COLUMN roster_lines INT UNSIGNED NULL AFTER roster_bytes;
