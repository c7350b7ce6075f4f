-- What happened at the door, appended and never changed: who attended, the enterprise's signature or
-- its refusal, samples handed to a laboratory. The names in it are personal data: no view shows them.
CREATE TABLE door_record (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id      BINARY(16) NOT NULL UNIQUE COMMENT 'the operation that recorded it',
    section_id BIGINT UNSIGNED NOT NULL,
    kind       ENUM('attendance', 'signature', 'sample') NOT NULL,
    body       TEXT NOT NULL COMMENT 'JSON as the feeds tell it',
    device_id  BIGINT UNSIGNED NOT NULL,
    at         DATETIME(3) NOT NULL,
    KEY section (section_id, id),
    CONSTRAINT door_record_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT door_record_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
