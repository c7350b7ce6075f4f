-- Every change of a team after the draw of inspectors: teams.txt and these make the assignments.
--   change      a member leaves, the next by the rule or a wanted one joins; another account approves
--   direct      somebody is assigned by hand to a team that is short (R15); no approval
--   substitute  a team is drawn for the section of a substituted subject
-- Without a key on section: a substitution may remove it, this record stays.
CREATE TABLE adjustment (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    campaign_id     INT UNSIGNED NOT NULL,
    section_id      BIGINT UNSIGNED NOT NULL,
    visit           VARCHAR(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    kind            ENUM('change', 'direct', 'substitute') NOT NULL,
    state           ENUM('requested', 'approved', 'refused') NOT NULL,
    leaver_id       BIGINT UNSIGNED NULL,
    leaver_drawn    TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'counts against R06',
    wanted_id       BIGINT UNSIGNED NULL COMMENT 'assigned by hand instead of the next by the rule',
    joiner_id       BIGINT UNSIGNED NULL,
    source          ENUM('drawn', 'neighbour', 'direct') NULL COMMENT 'of the joiner',
    ticket          BINARY(32) NULL,
    reason          VARCHAR(200) NOT NULL,
    requested_by    BIGINT UNSIGNED NOT NULL,
    requested_at    DATETIME(3) NOT NULL,
    decided_by      BIGINT UNSIGNED NULL,
    decided_at      DATETIME(3) NULL,
    decision_reason VARCHAR(200) NULL,
    PRIMARY KEY (id),
    KEY campaign_state (campaign_id, state, id),
    KEY section_state (section_id, state),
    CONSTRAINT adjustment_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT adjustment_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT adjustment_leaver FOREIGN KEY (leaver_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_wanted FOREIGN KEY (wanted_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_joiner FOREIGN KEY (joiner_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_requested_by FOREIGN KEY (requested_by) REFERENCES account (id),
    CONSTRAINT adjustment_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
