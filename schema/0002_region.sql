-- Administrative regions by their six-digit code (GB/T 2260).
CREATE TABLE region (
    code   CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name   VARCHAR(60) NOT NULL,
    parent CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
    level  ENUM('city', 'district') NOT NULL,
    CONSTRAINT region_parent FOREIGN KEY (parent) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
