-- What a device's clocks said when it handed something over, beside the server's. Order is the
-- server's alone; this is for whoever has to judge the times that the device recorded.
CREATE TABLE device_clock (
    device_id    BIGINT UNSIGNED NOT NULL,
    at           DATETIME(3) NOT NULL COMMENT 'of the server',
    device_at    DATETIME(3) NOT NULL,
    monotonic_ms BIGINT UNSIGNED NOT NULL COMMENT 'since the device or its app started: nobody sets it',
    gps_at       DATETIME(3) NULL,
    offset_ms    BIGINT NOT NULL COMMENT 'device_at - at, as the device is estimated to be ahead',
    PRIMARY KEY (device_id, at),
    CONSTRAINT device_clock_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
