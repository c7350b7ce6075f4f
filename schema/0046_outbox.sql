-- One message to one credit platform. message_id is the key under which the platform knows it:
-- after an answer that never came, the platform is asked by it before anything is sent again.
CREATE TABLE outbox (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    publication_id BIGINT UNSIGNED NOT NULL,
    target         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    message_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    body           MEDIUMTEXT NOT NULL,
    state          ENUM('ready', 'uncertain', 'accepted', 'rejected') NOT NULL,
    attempts       INT UNSIGNED NOT NULL DEFAULT 0,
    next_at        DATETIME(3) NOT NULL,
    lease_until    DATETIME(3) NULL COMMENT 'a pusher is at it until then',
    receipt        VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL,
    accepted_at    DATETIME(3) NULL,
    last_error     VARCHAR(200) NULL,
    UNIQUE KEY publication_target (publication_id, target),
    KEY due (target, state, next_at),
    CONSTRAINT outbox_publication FOREIGN KEY (publication_id) REFERENCES publication (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
