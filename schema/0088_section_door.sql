-- attended: ids of the inspectors who checked in, for the sign-off, which has to know the newest. More
-- fields have longer field_versions.
ALTER TABLE section
    MODIFY field_versions VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    ADD COLUMN opinion VARCHAR(2000) NULL,
    ADD COLUMN statement VARCHAR(2000) NULL COMMENT 'what the enterprise says to it',
    ADD COLUMN attendance_reason VARCHAR(200) NULL COMMENT 'why fewer inspectors attended (R33)',
    ADD COLUMN attended VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
