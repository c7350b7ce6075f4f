-- source: drawn from the seed, matched from a neighbouring region, or assigned directly (R15).
CREATE TABLE assignment (
    section_id   BIGINT UNSIGNED NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    source       ENUM('drawn', 'neighbour', 'direct') NOT NULL,
    reason       VARCHAR(200) NOT NULL,
    ticket       BINARY(32) NOT NULL,
    PRIMARY KEY (section_id, inspector_id),
    KEY inspector (inspector_id, section_id),
    CONSTRAINT assignment_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT assignment_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
