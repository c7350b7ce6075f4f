-- The audit log.

-- One chain per department, device and program, so that no row is hot for all writers.
CREATE TABLE audit_chain (
    chain VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    seq   BIGINT UNSIGNED NOT NULL,
    hash  BINARY(32) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Append-only: no program's account may update or delete here.
CREATE TABLE audit_event (
    chain      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq        BIGINT UNSIGNED NOT NULL,
    at         DATETIME(3) NOT NULL,
    actor      VARCHAR(80) NOT NULL,
    remote     VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    target     VARCHAR(160) NOT NULL,
    detail     TEXT NOT NULL,
    prev_hash  BINARY(32) NOT NULL,
    hash       BINARY(32) NOT NULL,
    PRIMARY KEY (chain, seq),
    KEY at (chain, at),
    KEY actor (chain, actor),
    KEY action (chain, action),
    KEY target (chain, target)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
