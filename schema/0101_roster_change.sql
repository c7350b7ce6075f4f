-- What a department says about an inspector's facts that are narrower than in the roster, before the
-- match that draws from them. The cause is published, the reason is not: it may speak of a person's
-- health. It is about that value alone; the newest counts.
CREATE TABLE roster_change (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    campaign_id INT UNSIGNED NOT NULL,
    card_no     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    field       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    used        TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cause       ENUM('left', 'absent', 'card', 'duty', 'correction') NOT NULL,
    reason      VARCHAR(200) NOT NULL,
    said_by     BIGINT UNSIGNED NOT NULL,
    said_at     DATETIME(3) NOT NULL,
    KEY campaign (campaign_id, id),
    CONSTRAINT roster_change_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT roster_change_said_by FOREIGN KEY (said_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
