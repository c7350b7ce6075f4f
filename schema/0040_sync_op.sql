-- The ledger: commits with the effect of the operation, and answers its repetition.
CREATE TABLE sync_op (
    op_id     BINARY(16) NOT NULL PRIMARY KEY,
    device_id BIGINT UNSIGNED NOT NULL,
    counter   BIGINT UNSIGNED NOT NULL,
    body_hash BINARY(32) NOT NULL,
    outcome   ENUM('applied', 'merged', 'conflict', 'deferred', 'rejected') NOT NULL,
    result    TEXT NOT NULL COMMENT 'the outcome object as it was sent',
    body      MEDIUMTEXT NULL COMMENT 'kept for the desk when it was not simply applied',
    at        DATETIME(3) NOT NULL,
    UNIQUE KEY device_counter (device_id, counter)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
