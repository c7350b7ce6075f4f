-- A whole directory as its file has it, before it is compared and confirmed.
CREATE TABLE import_subject (
    import_id    BIGINT UNSIGNED NOT NULL,
    code         VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    former_code  VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL,
    code_flagged BOOLEAN NOT NULL,
    name         VARCHAR(120) NOT NULL,
    type         VARCHAR(40) NOT NULL,
    address      VARCHAR(200) NOT NULL,
    region_code  CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    lon          DOUBLE NULL,
    lat          DOUBLE NULL,
    state        ENUM('open', 'closed') NOT NULL,
    credit_class ENUM('A', 'B', 'C', 'D') NOT NULL,
    is_key       BOOLEAN NOT NULL,
    complaints   SMALLINT UNSIGNED NOT NULL,
    verified_on  DATE NOT NULL,
    synthetic    BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, code),
    KEY former (import_id, former_code),
    CONSTRAINT import_subject_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
