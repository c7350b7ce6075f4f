-- The result vocabulary of the market-regulation platforms.
CREATE TABLE result_code (
    code         VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name         VARCHAR(80) NOT NULL,
    result_class ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
