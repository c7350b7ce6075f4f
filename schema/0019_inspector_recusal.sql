-- Subjects that an inspector must not visit (R33).
CREATE TABLE inspector_recusal (
    inspector_id BIGINT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    reason       VARCHAR(200) NOT NULL,
    PRIMARY KEY (inspector_id, subject_id),
    CONSTRAINT inspector_recusal_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_recusal_subject FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
