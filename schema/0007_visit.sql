-- Visits, what each department does at them, and who goes.

-- One entry into one enterprise for all departments of a campaign; visits of several campaigns that
-- go there together share the number of the entry, which is the id of one that was first there.
CREATE TABLE visit (
    id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code               VARCHAR(56) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    campaign_id        INT UNSIGNED NOT NULL,
    subject_id         BIGINT UNSIGNED NOT NULL,
    lead_department_id INT UNSIGNED NOT NULL,
    planned_on         DATE NULL,
    state              ENUM('planned', 'dispatched') NOT NULL,
    dispatched_at      DATETIME(3) NULL,
    unannounced        BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT 'as its campaign was at the dispatch: what the campaign does later tells no enterprise before',
    door_code          CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the entry',
    former_door_code   CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'before it was moved when dispatched: phones that have not heard of it bring this one',
    joint_id           BIGINT UNSIGNED NULL COMMENT 'NULL: its own id; that visit may be gone',
    pinned             BOOLEAN NOT NULL DEFAULT 0 COMMENT 'its day was decided by hand: schedules keep it',
    cancelled_from     DATE NULL COMMENT 'the day that was taken from it, until it has another one',
    cancelled_kind     ENUM('subject', 'team', 'force', 'other') NULL COMMENT 'why, as the enterprise may read it',
    cancelled_reason   VARCHAR(200) NULL,
    version            INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'of its day; who changes it names what he saw',
    UNIQUE KEY campaign_subject (campaign_id, subject_id),
    KEY planned (planned_on, state),
    KEY cancelled (cancelled_from),
    KEY joint (joint_id),
    CONSTRAINT visit_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT visit_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT visit_lead FOREIGN KEY (lead_department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The notice that an enterprise has of an entry, whatever campaigns and departments come by it: the
-- digest of the code that the paper alone bears. Of several papers each holds.
CREATE TABLE visit_notice (
    code_hash BINARY(32) NOT NULL PRIMARY KEY,
    entry     BIGINT UNSIGNED NOT NULL COMMENT 'as visit.joint_id',
    issued_by BIGINT UNSIGNED NOT NULL,
    issued_at DATETIME(3) NOT NULL,
    kept      BOOLEAN NOT NULL DEFAULT 0 COMMENT 'its day had come once: another paper does not end it',
    KEY entry (entry, issued_by),
    CONSTRAINT visit_notice_issued_by FOREIGN KEY (issued_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an enterprise says of an entry (评价), once, by the code of its notice: a row for the part of
-- each department (views/rating_entry.sql). Never changed. By which section is for uniqueness alone:
-- programs read views/rating_line.sql, which does not have it. That rows are of one enterprise shall
-- nobody see: one of them leads, has the text and is listed, by the month and a mark of chance.
CREATE TABLE visit_rating (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id    BIGINT UNSIGNED NOT NULL UNIQUE,
    campaign_id   INT UNSIGNED NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    form_hash     BINARY(32) NOT NULL COMMENT 'of the form, which may be sent twice',
    lawful        TINYINT UNSIGNED NOT NULL,
    burden        TINYINT UNSIGNED NOT NULL,
    conduct       TINYINT UNSIGNED NOT NULL,
    guidance      TINYINT UNSIGNED NOT NULL,
    leads         BOOLEAN NOT NULL COMMENT 'of the lead department, of the first visit of the entry',
    content       VARCHAR(600) NOT NULL COMMENT 'empty in those that do not lead',
    rated_in      CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the month',
    mark          BIGINT UNSIGNED NOT NULL DEFAULT (CONV(HEX(RANDOM_BYTES(7)), 16, 10)),
    UNIQUE KEY department (department_id, leads, rated_in, mark),
    KEY campaign_department (campaign_id, department_id, id),
    CONSTRAINT visit_rating_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT visit_rating_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row: whoever gives visits their dates, or dispatches them, changes it first, so that no two
-- campaigns take the same hours of one inspector without knowing of each other.
CREATE TABLE visit_turn (
    id    TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    taken BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO visit_turn (id, taken) VALUES (1, 0);

-- Campaigns whose initiating departments let their visits be dated together with those of others.
CREATE TABLE joint_campaign (
    campaign_id INT UNSIGNED NOT NULL PRIMARY KEY,
    city        CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    unannounced BOOLEAN NOT NULL COMMENT 'its visits share no entry with those that had notice',
    offered_by  BIGINT UNSIGNED NOT NULL,
    offered_at  DATETIME(3) NOT NULL,
    KEY city (city),
    CONSTRAINT joint_campaign_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT joint_campaign_city FOREIGN KEY (city) REFERENCES region (code),
    CONSTRAINT joint_campaign_offered_by FOREIGN KEY (offered_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each time that the visits of a city were dated together. version: the digest of all their dates.
CREATE TABLE joint_schedule (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    city         CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    first_on     DATE NOT NULL,
    last_on      DATE NOT NULL,
    version      CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tasks        INT UNSIGNED NOT NULL,
    separate     INT UNSIGNED NOT NULL COMMENT 'visits if each department went for each draw',
    visits       INT UNSIGNED NOT NULL,
    entries      INT UNSIGNED NOT NULL,
    joined       INT UNSIGNED NOT NULL COMMENT 'visits that go with an entry that stood before',
    undated      INT UNSIGNED NOT NULL,
    moved        INT UNSIGNED NOT NULL COMMENT 'visits that had another date before',
    published_by BIGINT UNSIGNED NOT NULL,
    published_at DATETIME(3) NOT NULL,
    KEY city (city, id),
    CONSTRAINT joint_schedule_city FOREIGN KEY (city) REFERENCES region (code),
    CONSTRAINT joint_schedule_published_by FOREIGN KEY (published_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What one department records at one visit. field_versions: the version at which each field was
-- last set, the device and its counter, in the order of mobile-api's field table. attended: ids of the inspectors who checked
-- in, for the sign-off, which has to know the newest.
CREATE TABLE section (
    id                BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    visit_id          BIGINT UNSIGNED NOT NULL,
    department_id     INT UNSIGNED NOT NULL,
    state             ENUM('open', 'signed', 'returned', 'accepted') NOT NULL,
    version           INT UNSIGNED NOT NULL DEFAULT 0,
    field_versions    VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    arrived_at        DATETIME(3) NULL,
    left_at           DATETIME(3) NULL,
    checked_on        DATE NULL COMMENT 'the day of the check as a reviewer decided, where the times cannot be true',
    note              VARCHAR(2000) NULL,
    conflicts         SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'unresolved, of the whole section',
    result_class      ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL,
    signed_by         BIGINT UNSIGNED NULL,
    signed_at         DATETIME(3) NULL,
    reviewed_by       BIGINT UNSIGNED NULL,
    reviewed_at       DATETIME(3) NULL,
    review_reason     VARCHAR(400) NULL,
    opinion           VARCHAR(2000) NULL,
    statement         VARCHAR(2000) NULL COMMENT 'what the enterprise says to it',
    attendance_reason VARCHAR(200) NULL COMMENT 'why fewer inspectors attended (R33)',
    attended          VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    code_state        ENUM('none', 'seen', 'missing', 'explained') NOT NULL DEFAULT 'none'
        COMMENT 'whether who arrived had the code of the door; missing: an alert, unless another section of the entry has it',
    code_reason       VARCHAR(400) NULL COMMENT 'by the office, of the explained',
    code_explained_by BIGINT UNSIGNED NULL,
    code_explained_at DATETIME(3) NULL,
    UNIQUE KEY visit_department (visit_id, department_id),
    KEY department_state (department_id, state, id),
    KEY department_code (department_id, code_state, id),
    CONSTRAINT section_code_explained_by FOREIGN KEY (code_explained_by) REFERENCES account (id),
    CONSTRAINT section_visit FOREIGN KEY (visit_id) REFERENCES visit (id),
    CONSTRAINT section_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT section_signed_by FOREIGN KEY (signed_by) REFERENCES inspector (id),
    CONSTRAINT section_reviewed_by FOREIGN KEY (reviewed_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One drawn subject in one stratum of one draw, served by a section.
CREATE TABLE task (
    draw_id    INT UNSIGNED NOT NULL,
    subject_id BIGINT UNSIGNED NOT NULL,
    specialty  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    section_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (draw_id, subject_id, specialty),
    KEY section (section_id),
    CONSTRAINT task_draw FOREIGN KEY (draw_id) REFERENCES draw (id),
    CONSTRAINT task_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT task_section FOREIGN KEY (section_id) REFERENCES section (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- source: drawn from the seed, matched from a neighbouring region, or assigned directly (R15).
CREATE TABLE assignment (
    section_id   BIGINT UNSIGNED NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    source       ENUM('drawn', 'neighbour', 'direct') NOT NULL,
    reason       VARCHAR(200) NOT NULL,
    ticket       BINARY(32) NOT NULL,
    PRIMARY KEY (section_id, inspector_id),
    KEY inspector (inspector_id, section_id),
    CONSTRAINT assignment_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT assignment_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
    kind            ENUM('change', 'recusal', 'direct', 'substitute') NOT NULL
                    COMMENT 'recusal: a change that the inspector declared; it counts against no limit',
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
    KEY department_state (department_id, state, id),
    KEY section_state (section_id, state),
    CONSTRAINT adjustment_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT adjustment_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT adjustment_leaver FOREIGN KEY (leaver_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_wanted FOREIGN KEY (wanted_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_joiner FOREIGN KEY (joiner_id) REFERENCES inspector (id),
    CONSTRAINT adjustment_requested_by FOREIGN KEY (requested_by) REFERENCES account (id),
    CONSTRAINT adjustment_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A selected subject that cannot be inspected, and the reserve that stands in for it. The results
-- of the draw stay as they are; a substitute may be substituted in turn.
CREATE TABLE substitute (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    draw_id       INT UNSIGNED NOT NULL,
    stratum       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_id    BIGINT UNSIGNED NOT NULL,
    substitute_id BIGINT UNSIGNED NOT NULL,
    position      INT UNSIGNED NOT NULL COMMENT 'of the reserve in its stratum',
    opening       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of its digest among those drawn',
    exception     BOOLEAN NOT NULL COMMENT 'beyond the limit, approved all the same',
    reason        VARCHAR(200) NOT NULL,
    made_by       BIGINT UNSIGNED NOT NULL,
    approved_by   BIGINT UNSIGNED NOT NULL,
    made_at       DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY subject (draw_id, stratum, subject_id),
    UNIQUE KEY substitute (draw_id, stratum, substitute_id),
    KEY substitute_subject (subject_id),
    KEY substitute_substitute (substitute_id),
    CONSTRAINT substitute_draw FOREIGN KEY (draw_id) REFERENCES draw (id),
    CONSTRAINT substitute_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT substitute_substitute FOREIGN KEY (substitute_id) REFERENCES subject (id),
    CONSTRAINT substitute_made_by FOREIGN KEY (made_by) REFERENCES account (id),
    CONSTRAINT substitute_approved_by FOREIGN KEY (approved_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a planner asks for, and a reviewer's other account decides.
CREATE TABLE substitute_request (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    draw_id         INT UNSIGNED NOT NULL,
    stratum         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_id      BIGINT UNSIGNED NOT NULL,
    reason          VARCHAR(200) NOT NULL,
    state           ENUM('requested', 'approved', 'refused') NOT NULL,
    requested_by    BIGINT UNSIGNED NOT NULL,
    requested_at    DATETIME(3) NOT NULL,
    decided_by      BIGINT UNSIGNED NULL,
    decided_at      DATETIME(3) NULL,
    decision_reason VARCHAR(200) NULL,
    KEY draw (draw_id, state, id),
    CONSTRAINT substitute_request_draw FOREIGN KEY (draw_id) REFERENCES draw (id),
    CONSTRAINT substitute_request_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT substitute_request_requested_by FOREIGN KEY (requested_by) REFERENCES account (id),
    CONSTRAINT substitute_request_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Clues (R26): complaints, transfers, findings of monitoring, checked at once and outside of any draw.
-- What a planner says becomes of one holds when another account has decided so.
CREATE TABLE clue (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sender_id       BIGINT UNSIGNED NOT NULL,
    number          VARCHAR(60) NOT NULL COMMENT 'by the sender: sent again it is the same clue',
    source          ENUM('complaint', 'transfer', 'monitoring') NOT NULL,
    department_id   INT UNSIGNED NOT NULL COMMENT 'that deals with it',
    subject_id      BIGINT UNSIGNED NOT NULL,
    content         VARCHAR(1000) NOT NULL,
    found_on        DATE NOT NULL,
    received_at     DATETIME(3) NOT NULL,
    state           ENUM('received', 'proposed', 'rejected', 'joined', 'planned', 'checked') NOT NULL,
    version         INT UNSIGNED NOT NULL DEFAULT 1,
    plan            ENUM('reject', 'join', 'visit') NULL,
    plan_reason     VARCHAR(200) NULL,
    visit_id        BIGINT UNSIGNED NULL COMMENT 'that it is joined to; a substitution may take that away',
    planned_on      DATE NULL COMMENT 'of a check of its own',
    proposed_by     BIGINT UNSIGNED NULL,
    proposed_at     DATETIME(3) NULL,
    decided_by      BIGINT UNSIGNED NULL,
    decided_at      DATETIME(3) NULL,
    decision_reason VARCHAR(200) NULL,
    outcome         ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL,
    note            VARCHAR(1000) NULL,
    ended_by        BIGINT UNSIGNED NULL,
    ended_at        DATETIME(3) NULL,
    UNIQUE KEY sender_number (sender_id, number),
    KEY department_state (department_id, state, id),
    KEY department_source (department_id, source, id),
    KEY subject_department (subject_id, department_id, id),
    KEY planned (planned_on, state),
    CONSTRAINT clue_sender FOREIGN KEY (sender_id) REFERENCES account (id),
    CONSTRAINT clue_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT clue_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT clue_visit FOREIGN KEY (visit_id) REFERENCES visit (id) ON DELETE SET NULL,
    CONSTRAINT clue_proposed_by FOREIGN KEY (proposed_by) REFERENCES account (id),
    CONSTRAINT clue_decided_by FOREIGN KEY (decided_by) REFERENCES account (id),
    CONSTRAINT clue_ended_by FOREIGN KEY (ended_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who goes, named by hand.
CREATE TABLE clue_inspector (
    clue_id      BIGINT UNSIGNED NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (clue_id, inspector_id),
    CONSTRAINT clue_inspector_clue FOREIGN KEY (clue_id) REFERENCES clue (id),
    CONSTRAINT clue_inspector_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Subjects that an inspector must not visit (R33), and when and by which account that was declared.
CREATE TABLE inspector_recusal (
    inspector_id BIGINT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    reason       VARCHAR(200) NOT NULL,
    declared_at  DATETIME(3) NULL,
    declared_by  BIGINT UNSIGNED NULL,
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE,
    PRIMARY KEY (inspector_id, subject_id),
    CONSTRAINT inspector_recusal_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_recusal_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT inspector_recusal_declared_by FOREIGN KEY (declared_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
