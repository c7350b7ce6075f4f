-- One row. A restore of the database from a backup must give it a new value.
CREATE TABLE sync_epoch (
    id    TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    epoch CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
