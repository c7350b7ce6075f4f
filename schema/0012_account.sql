CREATE TABLE account (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    login         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name          VARCHAR(60) NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    roles         TINYINT UNSIGNED NOT NULL COMMENT 'bits of enum ROLE_ in shared/store/account.h',
    inspector_id  BIGINT UNSIGNED NULL,
    password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failures      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    locked_until  DATETIME(3) NULL,
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT account_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT account_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
