-- What the phones handed over and the desk has to look at: edits on what was signed, reassigned or
-- deleted meanwhile, which somebody decides, and operations rejected or deferred. The operation
-- itself stands in the ledger.
CREATE TABLE held_op (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id         BINARY(16) NOT NULL UNIQUE,
    kind          ENUM('sealed', 'reassigned', 'deleted', 'rejected', 'deferred') NOT NULL,
    state         ENUM('open', 'accepted', 'refused', 'settled') NOT NULL
        COMMENT 'settled: was deferred and took effect',
    department_id INT UNSIGNED NOT NULL COMMENT 'whose desk it is on',
    device_id     BIGINT UNSIGNED NOT NULL,
    section_id    BIGINT UNSIGNED NULL COMMENT 'of an edit, unless it is gone',
    entity        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    entity_id     BIGINT UNSIGNED NULL,
    fields        TEXT NULL COMMENT 'of an edit, in canonical form, as an acceptance takes them',
    at            DATETIME(3) NOT NULL,
    decided_by    BIGINT UNSIGNED NULL,
    decided_at    DATETIME(3) NULL,
    reason        VARCHAR(400) NULL,
    KEY desk (department_id, state, id),
    KEY section (section_id, state),
    CONSTRAINT held_op_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT held_op_device FOREIGN KEY (device_id) REFERENCES device (id),
    CONSTRAINT held_op_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
