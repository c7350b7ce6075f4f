CREATE TABLE draw (
    id              INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code            VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    campaign_id     INT UNSIGNED NOT NULL,
    plan_id         INT UNSIGNED NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    state           ENUM('open', 'frozen') NOT NULL,
    frozen_at       DATETIME(3) NULL,
    snapshot_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    snapshot_bytes  BIGINT UNSIGNED NULL,
    snapshot_lines  INT UNSIGNED NULL,
    KEY campaign (campaign_id, code),
    CONSTRAINT draw_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT draw_plan FOREIGN KEY (plan_id) REFERENCES plan (id),
    CONSTRAINT draw_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
