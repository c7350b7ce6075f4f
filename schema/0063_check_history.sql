-- Checks of before Liancha, or by other systems: they count for the frequency (R08) and for 非请勿扰
-- (R11) as Liancha's own sections do.
CREATE TABLE check_history (
    code          VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    checked_on    DATE NOT NULL,
    result_class  ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NOT NULL,
    PRIMARY KEY (code, department_id, checked_on),
    KEY checked_on (checked_on),
    CONSTRAINT check_history_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
