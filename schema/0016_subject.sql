-- Inspection objects. code: unified social credit code, or a registration number of 15 digits;
-- code_flagged: its check character does not hold (flagged, never refused).
-- merged_into: the subject that this code now stands for; such a row keeps what happened under it, is in
-- no directory, and lets files that still have the code find the subject.
CREATE TABLE subject (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code         VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
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
    merged_into  BIGINT UNSIGNED NULL,
    KEY region (region_code),
    CONSTRAINT subject_region FOREIGN KEY (region_code) REFERENCES region (code),
    CONSTRAINT subject_merged FOREIGN KEY (merged_into) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
