-- One entry into one enterprise for all departments of a campaign.
CREATE TABLE visit (
    id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code               VARCHAR(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    campaign_id        INT UNSIGNED NOT NULL,
    subject_id         BIGINT UNSIGNED NOT NULL,
    lead_department_id INT UNSIGNED NOT NULL,
    planned_on         DATE NULL,
    state              ENUM('planned', 'dispatched') NOT NULL,
    door_code          CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    UNIQUE KEY campaign_subject (campaign_id, subject_id),
    CONSTRAINT visit_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT visit_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT visit_lead FOREIGN KEY (lead_department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
