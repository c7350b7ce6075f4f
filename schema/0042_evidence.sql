-- A manifest, append-only. It counts as verified when its blob is there.
CREATE TABLE evidence (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id           BINARY(16) NOT NULL UNIQUE COMMENT 'the operation that declared it',
    section_id      BIGINT UNSIGNED NOT NULL,
    check_result_id BIGINT UNSIGNED NULL,
    sha256          BINARY(32) NOT NULL,
    size            BIGINT UNSIGNED NOT NULL,
    media_type      VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    taken_at        DATETIME(3) NOT NULL,
    lon             DOUBLE NULL,
    lat             DOUBLE NULL,
    device_id       BIGINT UNSIGNED NOT NULL,
    KEY section (section_id),
    KEY sha256 (sha256),
    CONSTRAINT evidence_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT evidence_check_result FOREIGN KEY (check_result_id) REFERENCES check_result (id),
    CONSTRAINT evidence_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
