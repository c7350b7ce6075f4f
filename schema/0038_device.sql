CREATE TABLE device (
    id                    BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    inspector_id          BIGINT UNSIGNED NOT NULL,
    name                  VARCHAR(60) NOT NULL,
    state                 ENUM('active', 'retired', 'lost') NOT NULL,
    counter               BIGINT UNSIGNED NOT NULL COMMENT 'of its last acknowledged operation',
    receipt               BINARY(32) NOT NULL COMMENT 'chained hash over its acknowledged operations',
    access_hash           BINARY(32) NOT NULL UNIQUE,
    access_expires_at     DATETIME(3) NOT NULL,
    refresh_hash          BINARY(32) NOT NULL UNIQUE,
    refresh_previous_hash BINARY(32) NULL UNIQUE COMMENT 'honoured until the new one is used',
    refresh_expires_at    DATETIME(3) NOT NULL,
    enrolled_at           DATETIME(3) NOT NULL,
    KEY inspector (inspector_id),
    CONSTRAINT device_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
