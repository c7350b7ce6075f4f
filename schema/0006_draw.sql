-- Campaigns, their draws, and the match of inspectors.

-- Several departments' draws that share one seed. From the announcement on nothing of a row changes
-- but by the steps of shared/store/draw/campaign.h, each once: programs write through the views of
-- the steps (views/campaign_open.sql), and CHECKs say what a state has. guard counts the
-- transactions that took the campaign to themselves: between the nodes of a cluster nothing but a
-- written row keeps two of them apart.
CREATE TABLE campaign (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name          VARCHAR(120) NOT NULL,
    region_code   CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id INT UNSIGNED NOT NULL COMMENT 'the initiating department',
    rule          VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    redraw_reason    VARCHAR(400) NULL COMMENT 'why plans are drawn again',
    state         ENUM('open', 'announced', 'drawn', 'void', 'abandoned') NOT NULL,
    announcement  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE COMMENT 'its digest',
    announced_at  DATETIME(3) NULL,
    value_at      DATETIME(3) NULL COMMENT 'as announced',
    latest_at     DATETIME(3) NULL COMMENT 'as announced',
    public_value  VARCHAR(400) NULL,
    seed          CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    drawn_at      DATETIME(3) NULL,
    secret        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    opened_at     DATETIME(3) NULL COMMENT 'when the secret was',
    abandoned_at  DATETIME(3) NULL,
    abandoned_reason VARCHAR(400) NULL,
    teams_at      DATETIME(3) NULL COMMENT 'of the second value, as announced',
    closing       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE
                  COMMENT 'digest of what the teams are drawn from',
    closed_at     DATETIME(3) NULL,
    teams_value   VARCHAR(400) NULL,
    teams_seed    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    teams_secret  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    teams_drawn_at DATETIME(3) NULL,
    publish       ENUM('visits', 'once', 'open') NULL COMMENT 'as announced: when it is public who was drawn',
    public_by     DATE NULL COMMENT 'last day of all plans: behind it everything is public',
    results_public_at DATETIME(3) NULL,
    teams_public_at DATETIME(3) NULL,
    guard         INT UNSIGNED NOT NULL DEFAULT 0,
    KEY state (state, value_at),
    CONSTRAINT campaign_announced CHECK ((announcement IS NOT NULL) = (state IN ('announced', 'drawn', 'void'))
        AND (announcement IS NULL OR (announced_at IS NOT NULL AND value_at IS NOT NULL
            AND latest_at IS NOT NULL))),
    CONSTRAINT campaign_opened CHECK ((secret IS NOT NULL) = (state IN ('drawn', 'void'))
        AND (secret IS NULL) = (opened_at IS NULL)),
    CONSTRAINT campaign_drawn CHECK ((seed IS NULL OR state IN ('drawn', 'void'))
        AND (seed IS NOT NULL OR state <> 'drawn') AND (seed IS NULL) = (public_value IS NULL)
        AND (seed IS NULL) = (drawn_at IS NULL)),
    CONSTRAINT campaign_abandoned CHECK ((abandoned_at IS NOT NULL) = (state IN ('void', 'abandoned'))
        AND (abandoned_at IS NULL) = (abandoned_reason IS NULL)),
    CONSTRAINT campaign_closed CHECK ((closing IS NULL OR state = 'drawn')
        AND (closing IS NULL) = (closed_at IS NULL)),
    CONSTRAINT campaign_teams CHECK ((teams_seed IS NULL OR closing IS NOT NULL)
        AND (teams_seed IS NULL) = (teams_value IS NULL) AND (teams_seed IS NULL) = (teams_secret IS NULL)
        AND (teams_seed IS NULL) = (teams_drawn_at IS NULL)),
    CONSTRAINT campaign_region FOREIGN KEY (region_code) REFERENCES region (code),
    CONSTRAINT campaign_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Sealed with the key of the settings; out of reach of the public program's account.
CREATE TABLE campaign_secret (
    campaign_id INT UNSIGNED NOT NULL PRIMARY KEY,
    sealed      VARBINARY(160) NOT NULL,
    teams       VARBINARY(160) NOT NULL COMMENT 'the secret of the teams, in the same way',
    CONSTRAINT campaign_secret_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Texts that a campaign is bound to: announcement, key, pulse, closing, teams-pulse; timestamp is an
-- authority's reply for the announcement (RFC 3161). Written once.
CREATE TABLE campaign_text (
    campaign_id INT UNSIGNED NOT NULL,
    name        ENUM('announcement', 'pulse', 'key', 'timestamp', 'closing', 'teams-pulse') NOT NULL,
    body        MEDIUMBLOB NOT NULL,
    PRIMARY KEY (campaign_id, name),
    CONSTRAINT campaign_text_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Public values as departments typed them, each by itself; the latest of a department counts.
CREATE TABLE campaign_entry (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    campaign_id   INT UNSIGNED NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    account_id    BIGINT UNSIGNED NOT NULL,
    teams         BOOLEAN NOT NULL COMMENT 'the second value, of the teams',
    value         VARCHAR(400) NOT NULL,
    entered_at    DATETIME(3) NOT NULL,
    KEY campaign (campaign_id, teams, department_id),
    CONSTRAINT campaign_entry_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT campaign_entry_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT campaign_entry_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Announcements of one kind of departments, one after the other: who writes its row has the others'
-- announcements before its eyes.
CREATE TABLE draw_scope (
    kind  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    guard INT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- roster_*: the inspectors whom it is bound to. A department may take its draw back before the
-- announcement: the draw then belongs to no campaign, and stays on record with where it was and why.
CREATE TABLE draw (
    id              INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code            VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    entered_id      INT UNSIGNED NOT NULL COMMENT 'the campaign it was made for',
    campaign_id     INT UNSIGNED NULL COMMENT 'NULL: withdrawn',
    plan_id         INT UNSIGNED NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    state           ENUM('open', 'frozen') NOT NULL,
    frozen_at       DATETIME(3) NULL,
    snapshot_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    snapshot_bytes  BIGINT UNSIGNED NULL,
    snapshot_lines  INT UNSIGNED NULL,
    roster_sha256   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    roster_bytes    BIGINT UNSIGNED NULL,
    roster_lines    INT UNSIGNED NULL,
    result_sha256   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of the result file',
    drawn_sha256    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of drawn_part, where there is one',
    withdrawn_at    DATETIME(3) NULL,
    withdrawn_reason   VARCHAR(400) NULL,
    KEY campaign (campaign_id, code),
    CONSTRAINT draw_frozen CHECK (state = 'open' OR (frozen_at IS NOT NULL AND snapshot_sha256 IS NOT NULL
        AND snapshot_bytes IS NOT NULL AND snapshot_lines IS NOT NULL)),
    CONSTRAINT draw_rostered CHECK ((roster_sha256 IS NULL) = (roster_bytes IS NULL)
        AND (roster_sha256 IS NULL) = (roster_lines IS NULL)),
    CONSTRAINT draw_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL)
        AND (withdrawn_at IS NULL) = (campaign_id IS NOT NULL)
        AND (campaign_id IS NULL OR campaign_id = entered_id)),
    CONSTRAINT draw_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT draw_entered FOREIGN KEY (entered_id) REFERENCES campaign (id),
    CONSTRAINT draw_plan FOREIGN KEY (plan_id) REFERENCES plan (id),
    CONSTRAINT draw_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The plan's quotas as they stood at the freeze.
CREATE TABLE draw_quota (
    draw_id  INT UNSIGNED NOT NULL,
    stratum  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'REGION.SPECIALTY',
    quota    INT UNSIGNED NOT NULL,
    eligible INT UNSIGNED NOT NULL,
    PRIMARY KEY (draw_id, stratum),
    CONSTRAINT draw_quota_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How many subjects of a stratum had which weight at the freeze, the excluded aside.
CREATE TABLE draw_weight (
    draw_id  INT UNSIGNED NOT NULL,
    stratum  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    weight   SMALLINT UNSIGNED NOT NULL,
    subjects INT UNSIGNED NOT NULL,
    PRIMARY KEY (draw_id, stratum, weight),
    CONSTRAINT draw_weight_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The frozen text in consecutive pieces of at most 1 MiB.
CREATE TABLE snapshot_part (
    draw_id INT UNSIGNED NOT NULL,
    part    INT UNSIGNED NOT NULL,
    body    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT snapshot_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The frozen roster (shared/domain/roster.h) in consecutive pieces of at most 1 MiB.
CREATE TABLE roster_part (
    draw_id INT UNSIGNED NOT NULL,
    part    INT UNSIGNED NOT NULL,
    body    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT roster_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What changed in the directory before the freeze (shared/store/draw/changes.h), in such pieces.
CREATE TABLE change_part (
    draw_id INT UNSIGNED NOT NULL,
    part    INT UNSIGNED NOT NULL,
    body    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT change_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Rows are made with the draw. position counts from 1 in a stratum; the reserves follow the
-- selected. subject_id has no constraint: it is read from subject in the same statements, no account
-- may delete there, and the check would keep a lock on each of a million subjects while the draw goes
-- on, for which imports would wait, and take a third of its time.
CREATE TABLE draw_result (
    draw_id    INT UNSIGNED NOT NULL,
    stratum    VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position   INT UNSIGNED NOT NULL,
    subject_id BIGINT UNSIGNED NOT NULL,
    selected   BOOLEAN NOT NULL,
    score      BINARY(32) NOT NULL,
    subject_name VARCHAR(120) NOT NULL COMMENT 'as it was when it was drawn, masked',
    PRIMARY KEY (draw_id, stratum, position),
    KEY subject (subject_id),
    CONSTRAINT draw_result_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The result of a draw as it is published (fcgi/public/README.md, result-<draw>.txt), in
-- consecutive pieces of at most 1 MiB, of whole lines.
CREATE TABLE result_part (
    draw_id  INT UNSIGNED NOT NULL,
    part     INT UNSIGNED NOT NULL,
    selected INT UNSIGNED NOT NULL COMMENT 'lines of that kind in this piece …',
    reserves INT UNSIGNED NOT NULL COMMENT '… and of the other',
    body     MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT result_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who was drawn, with the reserves as digests (fcgi/public/rule-2.md, drawn-<draw>.txt), where that
-- is public with the draw, in such pieces.
CREATE TABLE drawn_part (
    draw_id INT UNSIGNED NOT NULL,
    part    INT UNSIGNED NOT NULL,
    body    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT drawn_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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

-- The match's input, from the closing on, and its outcome as text (shared/domain/match_text.h), in
-- pieces of at most 1 MiB.
CREATE TABLE match_part (
    campaign_id INT UNSIGNED NOT NULL,
    name        ENUM('inspectors', 'visits', 'teams', 'differences') NOT NULL,
    part        INT UNSIGNED NOT NULL,
    body        MEDIUMBLOB NOT NULL,
    PRIMARY KEY (campaign_id, name, part),
    CONSTRAINT match_part_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a department says about an inspector's facts that are narrower than in the roster, before
-- what the teams are drawn from is closed, and the reviewer's other account that approves it; of a
-- recusal the approval alone, for its declaration speaks. The cause is published, the reason is not:
-- it may speak of a person's health. It is about that value alone; the newest counts.
CREATE TABLE roster_change (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    campaign_id INT UNSIGNED NOT NULL,
    card_no     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    field       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    used        TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cause       ENUM('declared', 'left', 'absent', 'card', 'duty', 'correction') NOT NULL,
    reason      VARCHAR(200) NOT NULL,
    said_by     BIGINT UNSIGNED NULL COMMENT 'NULL: a recusal that nobody here declared',
    said_at     DATETIME(3) NOT NULL,
    approved_by BIGINT UNSIGNED NULL,
    approved_at DATETIME(3) NULL,
    KEY campaign (campaign_id, id),
    CONSTRAINT roster_change_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)
        AND (approved_by IS NULL OR said_by IS NULL OR approved_by <> said_by)),
    CONSTRAINT roster_change_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT roster_change_said_by FOREIGN KEY (said_by) REFERENCES account (id),
    CONSTRAINT roster_change_approved_by FOREIGN KEY (approved_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
