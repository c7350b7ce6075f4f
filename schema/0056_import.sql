-- One file that came in. running: batches are being stored, last_line is safe; done; review: a whole
-- directory was compared and waits for its confirmation; applied.
CREATE TABLE import (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id INT UNSIGNED NULL COMMENT 'NULL: by lianchactl',
    directory_id  INT UNSIGNED NULL COMMENT 'the only one that may change',
    name          VARCHAR(200) NOT NULL,
    encoding      ENUM('UTF-8', 'GB18030') NOT NULL,
    sha256        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state         ENUM('running', 'done', 'review', 'applied') NOT NULL,
    last_line     INT UNSIGNED NOT NULL DEFAULT 1,
    accepted      INT UNSIGNED NOT NULL DEFAULT 0,
    created       INT UNSIGNED NOT NULL DEFAULT 0,
    changed       INT UNSIGNED NOT NULL DEFAULT 0,
    unchanged     INT UNSIGNED NOT NULL DEFAULT 0,
    flagged       INT UNSIGNED NOT NULL DEFAULT 0,
    refused       INT UNSIGNED NOT NULL DEFAULT 0,
    started_at    DATETIME(3) NOT NULL,
    ended_at      DATETIME(3) NULL,
    KEY content (sha256, kind, state),
    CONSTRAINT import_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT import_directory FOREIGN KEY (directory_id) REFERENCES directory (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
