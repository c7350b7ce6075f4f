CREATE TABLE inspector (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    card_no         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name            VARCHAR(60) NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    card_expires_on DATE NOT NULL,
    on_duty         BOOLEAN NOT NULL,
    max_daily       SMALLINT UNSIGNED NOT NULL,
    max_total       SMALLINT UNSIGNED NOT NULL,
    synthetic       BOOLEAN NOT NULL,
    KEY department (department_id),
    CONSTRAINT inspector_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
