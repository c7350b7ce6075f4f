-- A department's directory of inspection objects; several lists of one department may differ.
CREATE TABLE directory (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code          VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    department_id INT UNSIGNED NOT NULL,
    name          VARCHAR(120) NOT NULL,
    refreshed_on  DATE NOT NULL,
    CONSTRAINT directory_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
