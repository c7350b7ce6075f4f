-- What one department records at one visit. field_versions: the version at which each field was
-- last set, in the order of mobile-api's field table.
CREATE TABLE section (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    visit_id       BIGINT UNSIGNED NOT NULL,
    department_id  INT UNSIGNED NOT NULL,
    state          ENUM('open', 'signed', 'returned', 'accepted') NOT NULL,
    version        INT UNSIGNED NOT NULL DEFAULT 0,
    field_versions VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    arrived_at     DATETIME(3) NULL,
    left_at        DATETIME(3) NULL,
    note           VARCHAR(2000) NULL,
    conflicts      SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'unresolved, of the whole section',
    result_class   ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL,
    signed_by      BIGINT UNSIGNED NULL,
    signed_at      DATETIME(3) NULL,
    reviewed_by    BIGINT UNSIGNED NULL,
    reviewed_at    DATETIME(3) NULL,
    review_reason  VARCHAR(400) NULL,
    UNIQUE KEY visit_department (visit_id, department_id),
    KEY department_state (department_id, state, id),
    CONSTRAINT section_visit FOREIGN KEY (visit_id) REFERENCES visit (id),
    CONSTRAINT section_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT section_signed_by FOREIGN KEY (signed_by) REFERENCES inspector (id),
    CONSTRAINT section_reviewed_by FOREIGN KEY (reviewed_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
