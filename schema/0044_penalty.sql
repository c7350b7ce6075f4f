-- A decision with a publication clock of its own (R02).
CREATE TABLE penalty (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id  BIGINT UNSIGNED NOT NULL,
    decision_no VARCHAR(60) NOT NULL UNIQUE,
    act_type    VARCHAR(200) NOT NULL,
    content     VARCHAR(1000) NOT NULL,
    authority   VARCHAR(80) NOT NULL,
    decided_on  DATE NOT NULL,
    entered_by  BIGINT UNSIGNED NOT NULL,
    KEY section (section_id),
    CONSTRAINT penalty_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT penalty_entered_by FOREIGN KEY (entered_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
