-- One chain per department, device and program, so that no row is hot for all writers.
CREATE TABLE audit_chain (
    chain VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    seq   BIGINT UNSIGNED NOT NULL,
    hash  BINARY(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
