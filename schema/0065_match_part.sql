-- The match's input and outcome as text (shared/domain/match_text.h), in pieces of at most 1 MiB.
CREATE TABLE match_part (
    campaign_id INT UNSIGNED NOT NULL,
    name        ENUM('inspectors', 'visits', 'teams') NOT NULL,
    part        INT UNSIGNED NOT NULL,
    body        MEDIUMBLOB NOT NULL,
    PRIMARY KEY (campaign_id, name, part),
    CONSTRAINT match_part_draw FOREIGN KEY (campaign_id) REFERENCES inspector_draw (campaign_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
