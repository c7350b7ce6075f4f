-- Plans and their quotas.

-- items: a plan of key items has no cap, no quiet time, no upper ratio (R10).
-- table_csv: the numbers and names of the task table as printed, when the plan came with one.
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

-- source: the printed cell, e.g. "汝州/医疗卫生", or the request that set it.
CREATE TABLE plan_quota (
    plan_id     INT UNSIGNED NOT NULL,
    region_code CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    specialty   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quota       INT UNSIGNED NOT NULL,
    source      VARCHAR(130) NOT NULL,
    PRIMARY KEY (plan_id, region_code, specialty),
    CONSTRAINT plan_quota_plan FOREIGN KEY (plan_id) REFERENCES plan (id),
    CONSTRAINT plan_quota_region FOREIGN KEY (region_code) REFERENCES region (code),
    CONSTRAINT plan_quota_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
