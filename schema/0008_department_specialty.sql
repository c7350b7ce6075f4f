CREATE TABLE department_specialty (
    department_id INT UNSIGNED NOT NULL,
    specialty     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (department_id, specialty),
    CONSTRAINT department_specialty_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT department_specialty_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
