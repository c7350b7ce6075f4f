-- What must be made public and by when. The columns behind state are frozen, masked, at publication.
-- penalty_id is 0 for the result of an inspection.
CREATE TABLE publication (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id      BIGINT UNSIGNED NOT NULL,
    kind            ENUM('inspection', 'penalty') NOT NULL,
    penalty_id      BIGINT UNSIGNED NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    trigger_on      DATE NOT NULL,
    due_on          DATE NOT NULL,
    provisional     BOOLEAN NOT NULL COMMENT 'due_on lies in a year without a holiday notice',
    state           ENUM('due', 'published', 'withheld', 'retracted') NOT NULL,
    published_at    DATETIME(3) NULL,
    subject_code    VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL,
    subject_name    VARCHAR(120) NULL,
    department_name VARCHAR(80) NULL,
    region_code     CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
    checked_on      DATE NULL,
    result_class    ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL,
    payload         MEDIUMTEXT NULL,
    payload_hash    BINARY(32) NULL,
    UNIQUE KEY source (section_id, kind, penalty_id),
    KEY department_state (department_id, state, id),
    KEY state (state, id),
    KEY subject_code (subject_code),
    CONSTRAINT publication_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT publication_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
