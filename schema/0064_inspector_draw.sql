-- That the inspectors of a campaign were drawn, once, and how many: what R06 counts against.
CREATE TABLE inspector_draw (
    campaign_id  INT UNSIGNED NOT NULL,
    made_at      DATETIME(3) NOT NULL,
    window_last  DATE NOT NULL,
    working_days SMALLINT UNSIGNED NOT NULL,
    inspectors   INT UNSIGNED NOT NULL COMMENT 'different ones who were drawn, neighbours included',
    PRIMARY KEY (campaign_id),
    CONSTRAINT inspector_draw_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
