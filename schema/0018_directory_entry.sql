-- For which specialties a subject stands in a directory.
CREATE TABLE directory_entry (
    directory_id INT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (directory_id, subject_id, specialty),
    CONSTRAINT directory_entry_directory FOREIGN KEY (directory_id) REFERENCES directory (id),
    CONSTRAINT directory_entry_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT directory_entry_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
