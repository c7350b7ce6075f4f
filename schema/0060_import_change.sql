-- What confirming a refresh would do to the directory. merged: the directory has it under the code it
-- had before.
CREATE TABLE import_change (
    import_id BIGINT UNSIGNED NOT NULL,
    code      VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind      ENUM('new', 'changed', 'merged', 'vanished') NOT NULL,
    name      VARCHAR(120) NOT NULL,
    fields    SET('name', 'type', 'address', 'region', 'location', 'state', 'credit_class', 'key',
        'complaints', 'specialties', 'verified_on', 'synthetic') NOT NULL,
    PRIMARY KEY (import_id, code),
    KEY kind (import_id, kind, code),
    CONSTRAINT import_change_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
