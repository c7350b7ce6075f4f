-- A file whose bytes were verified against their SHA-256; it lies under that name.
CREATE TABLE evidence_blob (
    sha256    BINARY(32) NOT NULL PRIMARY KEY,
    size      BIGINT UNSIGNED NOT NULL,
    stored_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
