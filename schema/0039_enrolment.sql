-- One-time codes, stored hashed.
CREATE TABLE enrolment (
    code_hash    BINARY(32) NOT NULL PRIMARY KEY,
    inspector_id BIGINT UNSIGNED NOT NULL,
    expires_at   DATETIME(3) NOT NULL,
    device_id    BIGINT UNSIGNED NULL COMMENT 'the device that used it',
    KEY expires (expires_at),
    CONSTRAINT enrolment_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT enrolment_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
