-- Entries that a refresh took out of a directory.
CREATE TABLE directory_departure (
    directory_id INT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    import_id    BIGINT UNSIGNED NOT NULL,
    left_on      DATE NOT NULL,
    PRIMARY KEY (directory_id, subject_id, specialty, import_id),
    CONSTRAINT directory_departure_directory FOREIGN KEY (directory_id) REFERENCES directory (id),
    CONSTRAINT directory_departure_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT directory_departure_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
