-- A content is known from its first manifest on, and stored once its bytes were verified. claims: raised
-- by each manifest and each upload of it, so that two at once see each other, on another node too.
-- exif_*: what a photo says itself.
ALTER TABLE evidence_blob
    MODIFY stored_at DATETIME(3) NULL COMMENT 'NULL: its bytes are not here',
    ADD claims INT UNSIGNED NOT NULL DEFAULT 0,
    ADD exif_taken_at DATETIME(3) NULL,
    ADD exif_lon DOUBLE NULL,
    ADD exif_lat DOUBLE NULL;
