-- Who handed over a content, all of its bytes: knowing a digest proves nothing.
CREATE TABLE evidence_possession (
    sha256       BINARY(32) NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    device_id    BIGINT UNSIGNED NOT NULL COMMENT 'the first',
    at           DATETIME(3) NOT NULL,
    PRIMARY KEY (sha256, inspector_id),
    CONSTRAINT evidence_possession_blob FOREIGN KEY (sha256) REFERENCES evidence_blob (sha256),
    CONSTRAINT evidence_possession_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT evidence_possession_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
