-- One item of one section; the row exists from the planning on, the fields are the inspectors'.
CREATE TABLE check_result (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id     BIGINT UNSIGNED NOT NULL,
    item_id        INT UNSIGNED NOT NULL,
    version        INT UNSIGNED NOT NULL DEFAULT 0,
    field_versions VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    result_code    VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL,
    problem        VARCHAR(2000) NULL,
    disposal       VARCHAR(2000) NULL,
    UNIQUE KEY section_item (section_id, item_id),
    CONSTRAINT check_result_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT check_result_item FOREIGN KEY (item_id) REFERENCES inspection_item (id),
    CONSTRAINT check_result_code FOREIGN KEY (result_code) REFERENCES result_code (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
