CREATE TABLE import_entry (
    import_id BIGINT UNSIGNED NOT NULL,
    code      VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    specialty VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (import_id, code, specialty),
    CONSTRAINT import_entry_import FOREIGN KEY (import_id) REFERENCES import (id),
    CONSTRAINT import_entry_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
