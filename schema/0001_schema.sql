-- What lianchactl migrate knows of this folder: one row a file that was applied or begun.
-- done and begun make a migrate that was cut off go on where it was: a statement commits by itself.
CREATE TABLE schema_file (
    name       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    sha256     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    done       SMALLINT UNSIGNED NOT NULL COMMENT 'statements that are known to have ended',
    begun      BOOLEAN NOT NULL COMMENT 'the next one was begun, and may have ended',
    applied_at DATETIME(3) NULL COMMENT 'NULL: begun, and not known to have ended'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
