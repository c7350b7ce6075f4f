-- What is made public, and its way to the credit platform.

-- A decision with a publication clock of its own (R02).
CREATE TABLE penalty (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id  BIGINT UNSIGNED NOT NULL,
    decision_no VARCHAR(60) NOT NULL UNIQUE,
    act_type    VARCHAR(200) NOT NULL,
    content     VARCHAR(1000) NOT NULL,
    authority   VARCHAR(80) NOT NULL,
    decided_on  DATE NOT NULL,
    entered_by  BIGINT UNSIGNED NOT NULL,
    KEY section (section_id),
    CONSTRAINT penalty_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT penalty_entered_by FOREIGN KEY (entered_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What follows a finding, until it has ended (R25): a correction order, lenient treatment, a case.
CREATE TABLE disposal (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id    BIGINT UNSIGNED NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    kind          ENUM('order', 'lenient', 'case') NOT NULL,
    number        VARCHAR(60) NULL COMMENT 'of the document, or of the case',
    content       VARCHAR(1000) NOT NULL,
    basis         VARCHAR(400) NULL,
    issued_on     DATE NOT NULL,
    due_on        DATE NOT NULL COMMENT 'of what ends at once the day that it was issued',
    state         ENUM('open', 'ended') NOT NULL,
    entered_by    BIGINT UNSIGNED NOT NULL,
    entered_at    DATETIME(3) NOT NULL,
    ended_on      DATE NULL,
    outcome       ENUM('corrected', 'not_corrected', 'penalized', 'no_penalty', 'transferred') NULL,
    method        ENUM('document', 'visit') NULL COMMENT 'of the re-inspection after an order',
    note          VARCHAR(1000) NULL COMMENT 'of its end',
    ended_by      BIGINT UNSIGNED NULL,
    ended_at      DATETIME(3) NULL,
    UNIQUE KEY number (department_id, kind, number),
    KEY section (section_id, state),
    KEY department_state (department_id, state, id),
    KEY department_due (department_id, state, due_on, id),
    CONSTRAINT disposal_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT disposal_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT disposal_entered_by FOREIGN KEY (entered_by) REFERENCES account (id),
    CONSTRAINT disposal_ended_by FOREIGN KEY (ended_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who looked again on the spot whether an order was obeyed.
CREATE TABLE disposal_inspector (
    disposal_id  BIGINT UNSIGNED NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (disposal_id, inspector_id),
    CONSTRAINT disposal_inspector_of FOREIGN KEY (disposal_id) REFERENCES disposal (id),
    CONSTRAINT disposal_inspector_who FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What must be made public and by when. The columns behind state are frozen, masked, at
-- publication. penalty_id is 0 for the result of an inspection.
CREATE TABLE publication (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id      BIGINT UNSIGNED NOT NULL,
    kind            ENUM('inspection', 'penalty') NOT NULL,
    penalty_id      BIGINT UNSIGNED NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    trigger_on      DATE NOT NULL,
    due_on          DATE NOT NULL,
    provisional     BOOLEAN NOT NULL COMMENT 'due_on lies in a year without a holiday notice',
    due_before      DATE NULL COMMENT 'due_on, before the calendar or a rule changed it last',
    state           ENUM('due', 'published', 'withheld', 'retracted') NOT NULL,
    published_at    DATETIME(3) NULL,
    subject_code    VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL,
    subject_name    VARCHAR(120) NULL,
    department_name VARCHAR(80) NULL,
    region_code     CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
    checked_on      DATE NULL,
    result_class    ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL,
    payload         MEDIUMTEXT NULL,
    payload_hash    BINARY(32) NULL,
    search_text     VARCHAR(160) NULL COMMENT 'name and code, as searches compare them',
    tags            TEXT CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'specialties, plan and items that it is found by (domain/publish/search)',
    version         SMALLINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'that is public, or will be',
    corrected_at    DATETIME(3) NULL COMMENT 'when this version took the place of the one before',
    corrected_reason VARCHAR(400) NULL,
    stopped_at      DATETIME(3) NULL COMMENT 'when it was withheld or retracted, and why',
    stopped_by      BIGINT UNSIGNED NULL,
    stopped_cause   ENUM('inquiry', 'dispute', 'secret', 'safety', 'minor',
                         'revoked', 'error', 'repaired', 'privacy') NULL,
    stopped_reason  VARCHAR(400) NULL,
    look_on         DATE NULL COMMENT 'when to look again at what is withheld',
    retract_by      DATE NULL COMMENT 'until when every platform has to know of the retraction',
    UNIQUE KEY source (section_id, kind, penalty_id),
    KEY department_state (department_id, state, id),
    KEY department_kind (department_id, state, kind, id),
    KEY department_due (department_id, state, due_on, id),
    KEY state (state, id),
    KEY published (state, published_at),
    KEY subject_code (subject_code),
    CONSTRAINT publication_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT publication_stopped_by FOREIGN KEY (stopped_by) REFERENCES account (id),
    CONSTRAINT publication_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each version as it was made public; a row is never changed.
CREATE TABLE publication_version (
    publication_id BIGINT UNSIGNED NOT NULL,
    version        SMALLINT UNSIGNED NOT NULL,
    published_at   DATETIME(3) NOT NULL,
    published_by   BIGINT UNSIGNED NOT NULL,
    reason         VARCHAR(400) NULL COMMENT 'of the correction; none of the first',
    payload        MEDIUMTEXT NOT NULL,
    payload_hash   BINARY(32) NOT NULL,
    PRIMARY KEY (publication_id, version),
    CONSTRAINT publication_version_of FOREIGN KEY (publication_id) REFERENCES publication (id),
    CONSTRAINT publication_version_by FOREIGN KEY (published_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an editor says of the masks of a publication: covered beyond what the rules find; asked: is to
-- be shown although a rule covers it, which is so only once a second person agrees.
CREATE TABLE publication_wish (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    publication_id BIGINT UNSIGNED NOT NULL,
    text           VARCHAR(200) NOT NULL,
    state          ENUM('covered', 'asked', 'shown') NOT NULL,
    reason         VARCHAR(400) NOT NULL,
    made_by        BIGINT UNSIGNED NOT NULL,
    made_at        DATETIME(3) NOT NULL,
    agreed_by      BIGINT UNSIGNED NULL,
    agreed_at      DATETIME(3) NULL,
    UNIQUE KEY publication_text (publication_id, text),
    CONSTRAINT publication_wish_of FOREIGN KEY (publication_id) REFERENCES publication (id),
    CONSTRAINT publication_wish_by FOREIGN KEY (made_by) REFERENCES account (id),
    CONSTRAINT publication_wish_agreed FOREIGN KEY (agreed_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What citizens object to in what is public (异议): who objects is for the department's eyes alone. slot and
-- department_slot count those of a day, which bounds them (views/objection_entry.sql).
CREATE TABLE objection (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    publication_id  BIGINT UNSIGNED NOT NULL,
    department_id   INT UNSIGNED NOT NULL COMMENT 'of the publication',
    receipt_hash    BINARY(32) NOT NULL UNIQUE,
    content         VARCHAR(600) NOT NULL,
    name            VARBINARY(300) NOT NULL
        COMMENT 'sealed; so contact; empty, both, once their time of keeping ended',
    contact         VARBINARY(300) NOT NULL,
    received_at     DATETIME(3) NOT NULL,
    received_on     DATE NOT NULL,
    slot            SMALLINT UNSIGNED NOT NULL,
    department_slot SMALLINT UNSIGNED NOT NULL,
    state           ENUM('received', 'examining', 'upheld', 'rejected') NOT NULL DEFAULT 'received',
    examined_by     BIGINT UNSIGNED NULL,
    decided_by      BIGINT UNSIGNED NULL,
    decided_at      DATETIME(3) NULL,
    answer          VARCHAR(400) NULL COMMENT 'masked: whoever has the receipt reads it',
    UNIQUE KEY day (publication_id, received_on, slot),
    UNIQUE KEY department_day (department_id, received_on, department_slot),
    KEY department_state (department_id, state, id),
    KEY department_received (department_id, state, received_on, id),
    KEY decided (decided_at),
    CONSTRAINT objection_publication FOREIGN KEY (publication_id) REFERENCES publication (id),
    CONSTRAINT objection_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT objection_examined_by FOREIGN KEY (examined_by) REFERENCES account (id),
    CONSTRAINT objection_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- By what a publication is found: every suffix of its search_text, cut at 16 characters, so that any
-- part of it is the beginning of some row's and a search that finds nothing reads one.
CREATE TABLE publication_suffix (
    suffix         VARCHAR(16) NOT NULL,
    publication_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (suffix, publication_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One message to one credit platform. message_id is the key under which the platform knows it:
-- after an answer that never came, the platform is asked by it before anything is sent again.
CREATE TABLE outbox (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    publication_id BIGINT UNSIGNED NOT NULL,
    department_id  INT UNSIGNED NOT NULL COMMENT 'of the publication',
    target         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action         ENUM('publish', 'retract') NOT NULL,
    version        SMALLINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'of the publication',
    message_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    body           MEDIUMTEXT NOT NULL,
    state          ENUM('ready', 'uncertain', 'accepted', 'rejected', 'withdrawn') NOT NULL,
    attempts       INT UNSIGNED NOT NULL DEFAULT 0,
    next_at        DATETIME(3) NOT NULL,
    lease_until    DATETIME(3) NULL COMMENT 'a pusher is at it until then',
    receipt        VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL,
    accepted_at    DATETIME(3) NULL,
    last_error     VARCHAR(200) NULL,
    compare_at     DATETIME(3) NULL COMMENT 'when its target is asked next what it has of it',
    compared_at    DATETIME(3) NULL,
    difference     ENUM('missing', 'receipt') NULL COMMENT 'at the last comparison',
    difference_at  DATETIME(3) NULL COMMENT 'since when',
    shown          VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'receipt there',
    UNIQUE KEY publication_target (publication_id, target, version, action),
    KEY due (target, state, next_at),
    KEY compare (target, compare_at),
    KEY state (state, publication_id),
    KEY department_state (department_id, state, id),
    KEY department_difference (department_id, difference, id),
    CONSTRAINT outbox_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT outbox_publication FOREIGN KEY (publication_id) REFERENCES publication (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What was found wrong with a delivery, and what became of it: a month of these is its report.
CREATE TABLE delivery_difference (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    outbox_id     BIGINT UNSIGNED NOT NULL,
    department_id INT UNSIGNED NOT NULL COMMENT 'of the publication',
    kind          ENUM('rejected', 'missing', 'receipt') NOT NULL,
    said          VARCHAR(200) NULL COMMENT 'by the platform: its reason, or its receipt',
    found_at      DATETIME(3) NOT NULL,
    found_on      DATE NOT NULL,
    ended_at      DATETIME(3) NULL,
    ending        ENUM('agreed', 'resent', 'withdrawn') NULL,
    reason        VARCHAR(400) NULL COMMENT 'of whoever had it sent again',
    ended_by      BIGINT UNSIGNED NULL,
    KEY outbox (outbox_id, ended_at),
    KEY department_found (department_id, found_on, id),
    CONSTRAINT delivery_difference_outbox FOREIGN KEY (outbox_id) REFERENCES outbox (id),
    CONSTRAINT delivery_difference_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT delivery_difference_ended_by FOREIGN KEY (ended_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Reports as they were issued: bulletins of a campaign (R28), and those of a department about a
-- period. figures: JSON. digest: SHA-256 of all that was issued, which is also in the audit event
-- of the issue.
CREATE TABLE report (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind          ENUM('bulletin', 'weekly', 'monthly', 'midyear', 'annual', 'special') NOT NULL,
    campaign_id   INT UNSIGNED NULL COMMENT 'of a bulletin, which its first department issues',
    department_id INT UNSIGNED NULL COMMENT 'that issued it, of all others',
    number        INT UNSIGNED NOT NULL
        COMMENT 'of the bulletins of a campaign; else by the period: 202648 is a week',
    title         VARCHAR(120) NOT NULL,
    note          VARCHAR(2000) NOT NULL,
    starts_on     DATE NULL COMMENT 'the period; NULL of a bulletin',
    ends_on       DATE NULL,
    as_of         DATE NOT NULL COMMENT 'of the sums',
    figures       MEDIUMTEXT NOT NULL,
    digest        BINARY(32) NOT NULL,
    issued_by     BIGINT UNSIGNED NOT NULL,
    issued_at     DATETIME(3) NOT NULL,
    UNIQUE KEY campaign_number (campaign_id, number),
    UNIQUE KEY department_number (department_id, kind, number),
    CONSTRAINT report_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    CONSTRAINT report_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT report_issued_by FOREIGN KEY (issued_by) REFERENCES account (id),
    CONSTRAINT report_of CHECK ((kind = 'bulletin') = (campaign_id IS NOT NULL)
        AND (kind = 'bulletin') = (department_id IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
