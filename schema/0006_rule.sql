-- Numbers of the regime, by region and date. region '' holds everywhere.
CREATE TABLE rule (
    name           VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    region         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    effective_from DATE NOT NULL,
    value          INT NOT NULL,
    source         VARCHAR(120) NOT NULL,
    PRIMARY KEY (name, region, effective_from)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
