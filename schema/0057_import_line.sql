-- The lines of a file that were flagged or refused, the first of them only: all other lines counted as
-- accepted were accepted as they are.
CREATE TABLE import_line (
    import_id BIGINT UNSIGNED NOT NULL,
    line      INT UNSIGNED NOT NULL,
    refused   BOOLEAN NOT NULL,
    field     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code      VARCHAR(64) NOT NULL,
    reason    VARCHAR(400) NOT NULL,
    PRIMARY KEY (import_id, line),
    CONSTRAINT import_line_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
