-- The tombstones that the horizon ends, by the day on which each was written: what a purge reads instead
-- of all items. An item that was written again since has another number.
CREATE TABLE feed_tombstone (
    gone_on  DATE NOT NULL,
    kind     TINYINT UNSIGNED NOT NULL,
    owner_id BIGINT UNSIGNED NOT NULL,
    seq      BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (gone_on, kind, owner_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
