CREATE TABLE department (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name        VARCHAR(80) NOT NULL,
    kind        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    region_code CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    level       ENUM('city', 'district') NOT NULL,
    UNIQUE KEY kind_region (kind, region_code),
    CONSTRAINT department_region FOREIGN KEY (region_code) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
