-- The row lock on a head is held to commit, so sequence order is commit order.
-- kind: 1 inspector, 2 visit, 3 department, 4 dictionary.
CREATE TABLE feed_head (
    kind     TINYINT UNSIGNED NOT NULL,
    owner_id BIGINT UNSIGNED NOT NULL,
    seq      BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (kind, owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
