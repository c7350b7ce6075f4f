-- What a department inspects for. protected: honest enterprises are not exempt here (R11).
CREATE TABLE specialty (
    code            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name            VARCHAR(60) NOT NULL UNIQUE,
    department_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    protected       BOOLEAN NOT NULL,
    position        SMALLINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
