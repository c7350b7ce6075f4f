-- The latest state of each entity of a feed, as the JSON that a pull sends.
CREATE TABLE feed_item (
    kind      TINYINT UNSIGNED NOT NULL,
    owner_id  BIGINT UNSIGNED NOT NULL,
    seq       BIGINT UNSIGNED NOT NULL,
    entity    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity_id BIGINT UNSIGNED NOT NULL,
    version   INT UNSIGNED NOT NULL,
    deleted   BOOLEAN NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (kind, owner_id, seq),
    UNIQUE KEY entity (kind, owner_id, entity, entity_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
