-- Immutable per (code, version); a visit keeps the versions it was planned with.
CREATE TABLE inspection_item (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version     SMALLINT UNSIGNED NOT NULL,
    specialty   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name        VARCHAR(120) NOT NULL,
    category    ENUM('general', 'key') NOT NULL,
    method      ENUM('onsite', 'written', 'network', 'entrusted') NOT NULL,
    legal_basis VARCHAR(300) NOT NULL,
    content     VARCHAR(1000) NOT NULL,
    UNIQUE KEY code_version (code, version),
    KEY specialty (specialty),
    CONSTRAINT inspection_item_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
