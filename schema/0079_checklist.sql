-- The questions of an inspection item. Immutable per (item, version): a check result keeps the
-- version that its visit was planned with.
CREATE TABLE checklist (
    id           INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    item_code    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version      SMALLINT UNSIGNED NOT NULL,
    title        VARCHAR(120) NOT NULL,
    sha256       BINARY(32) NOT NULL COMMENT 'of body',
    body         TEXT NOT NULL COMMENT 'canonical JSON',
    published_at DATETIME(3) NOT NULL,
    UNIQUE KEY item_version (item_code, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
