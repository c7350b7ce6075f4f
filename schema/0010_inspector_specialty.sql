CREATE TABLE inspector_specialty (
    inspector_id BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (inspector_id, specialty),
    CONSTRAINT inspector_specialty_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_specialty_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
