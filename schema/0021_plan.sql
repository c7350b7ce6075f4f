-- items: a plan of key items has no cap, no quiet time, no upper ratio (R10).
-- table_csv: the task table exactly as printed, when the plan came with one.
CREATE TABLE plan (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code          CHAR(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    department_id INT UNSIGNED NOT NULL,
    directory_id  INT UNSIGNED NOT NULL,
    name          VARCHAR(120) NOT NULL,
    ends_on       DATE NOT NULL,
    items         ENUM('general', 'key') NOT NULL DEFAULT 'general',
    state         ENUM('draft', 'filed') NOT NULL,
    table_csv     MEDIUMTEXT NULL,
    KEY department (department_id),
    CONSTRAINT plan_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT plan_directory FOREIGN KEY (directory_id) REFERENCES directory (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
