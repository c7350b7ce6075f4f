-- The plan's quotas as they stood at the freeze.
CREATE TABLE draw_quota (
    draw_id  INT UNSIGNED NOT NULL,
    stratum  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'REGION.SPECIALTY',
    quota    INT UNSIGNED NOT NULL,
    eligible INT UNSIGNED NOT NULL,
    PRIMARY KEY (draw_id, stratum),
    CONSTRAINT draw_quota_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
