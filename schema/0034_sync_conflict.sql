-- The value that a merge did not take: kept until somebody decides.
CREATE TABLE sync_conflict (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id  BIGINT UNSIGNED NOT NULL,
    entity      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity_id   BIGINT UNSIGNED NOT NULL,
    field       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kept        VARCHAR(2000) NULL,
    other       VARCHAR(2000) NULL,
    op_id       BINARY(16) NOT NULL,
    device_id   BIGINT UNSIGNED NOT NULL,
    at          DATETIME(3) NOT NULL,
    resolved_at DATETIME(3) NULL,
    UNIQUE KEY op_field (op_id, field),
    KEY section (section_id),
    CONSTRAINT sync_conflict_section FOREIGN KEY (section_id) REFERENCES section (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
