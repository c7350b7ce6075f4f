-- A tus upload in progress; received bytes lie in a file named by id.
CREATE TABLE evidence_upload (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    device_id  BIGINT UNSIGNED NOT NULL,
    sha256     BINARY(32) NOT NULL,
    size       BIGINT UNSIGNED NOT NULL,
    received   BIGINT UNSIGNED NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY expires (expires_at),
    CONSTRAINT evidence_upload_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
