-- Which files of this folder have been applied; lianchactl migrate writes it.
CREATE TABLE schema_migration (
    version    SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
    name       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sha256     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    applied_at DATETIME(3) NULL COMMENT 'NULL: begun, and not known to have ended'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
