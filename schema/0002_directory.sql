-- Who inspects, who is inspected, by which words and numbers: reference data, departments,
-- inspectors, subjects, directories, items, and the files that all of it comes from.

-- Administrative regions by their six-digit code (GB/T 2260).
CREATE TABLE region (
    code   CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name   VARCHAR(60) NOT NULL,
    parent CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
    level  ENUM('city', 'district') NOT NULL,
    CONSTRAINT region_parent FOREIGN KEY (parent) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a department inspects for. protected: honest enterprises are not exempt here (R11).
CREATE TABLE specialty (
    code            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name            VARCHAR(60) NOT NULL UNIQUE,
    department_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    protected       BOOLEAN NOT NULL,
    position        SMALLINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The result vocabulary of the market-regulation platforms.
CREATE TABLE result_code (
    code         VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name         VARCHAR(80) NOT NULL,
    result_class ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The State Council's holiday notices: days off and make-up workdays.
CREATE TABLE calendar_day (
    day         DATE NOT NULL PRIMARY KEY,
    kind        ENUM('off', 'work') NOT NULL,
    name        VARCHAR(30) NOT NULL,
    notice_year SMALLINT NOT NULL,
    notice_url  VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Numbers of the regime, by region and date. region '' holds everywhere.
CREATE TABLE rule (
    name           VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    region         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    effective_from DATE NOT NULL,
    value          INT NOT NULL,
    source         VARCHAR(120) NOT NULL,
    id             INT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE,
    PRIMARY KEY (name, region, effective_from)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE department (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name        VARCHAR(80) NOT NULL,
    kind        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    region_code CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    level       ENUM('city', 'district') NOT NULL,
    telephone   VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'whom citizens ring about what it published',
    UNIQUE KEY kind_region (kind, region_code),
    CONSTRAINT department_region FOREIGN KEY (region_code) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE department_specialty (
    department_id INT UNSIGNED NOT NULL,
    specialty     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (department_id, specialty),
    CONSTRAINT department_specialty_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT department_specialty_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE inspector (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    card_no         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL UNIQUE,
    name            VARCHAR(60) NOT NULL,
    department_id   INT UNSIGNED NOT NULL,
    card_expires_on DATE NOT NULL,
    on_duty         BOOLEAN NOT NULL,
    max_daily       SMALLINT UNSIGNED NOT NULL,
    max_total       SMALLINT UNSIGNED NOT NULL,
    synthetic       BOOLEAN NOT NULL,
    telephone       VARCHAR(40) NOT NULL DEFAULT '' COMMENT 'for the teams of his visits and the office',
    KEY department (department_id),
    KEY card (on_duty, card_expires_on),
    CONSTRAINT inspector_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE inspector_specialty (
    inspector_id BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (inspector_id, specialty),
    CONSTRAINT inspector_specialty_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_specialty_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Regions in which an inspector may be drawn.
CREATE TABLE inspector_area (
    inspector_id BIGINT UNSIGNED NOT NULL,
    region_code  CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (inspector_id, region_code),
    CONSTRAINT inspector_area_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_area_region FOREIGN KEY (region_code) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Inspection objects. code: unified social credit code, or a registration number of 15 digits;
-- code_flagged: its check character does not hold (flagged, never refused).
-- merged_into: the subject that this code now stands for; such a row keeps what happened under it,
-- is in no directory, and lets files that still have the code find the subject.
CREATE TABLE subject (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code         VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    code_flagged BOOLEAN NOT NULL,
    name         VARCHAR(120) NOT NULL,
    type         VARCHAR(40) NOT NULL,
    address      VARCHAR(200) NOT NULL,
    region_code  CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    lon          DOUBLE NULL,
    lat          DOUBLE NULL,
    state        ENUM('open', 'closed') NOT NULL,
    credit_class ENUM('A', 'B', 'C', 'D') NOT NULL,
    is_key       BOOLEAN NOT NULL,
    complaints   SMALLINT UNSIGNED NOT NULL,
    verified_on  DATE NOT NULL,
    synthetic    BOOLEAN NOT NULL,
    licence      VARCHAR(60) NOT NULL DEFAULT '' COMMENT 'as printed, or of registration',
    merged_into  BIGINT UNSIGNED NULL,
    KEY region (region_code),
    KEY name (name),
    KEY state (state),
    KEY credit_class (credit_class),
    KEY is_key (is_key),
    KEY code_flagged (code_flagged),
    KEY verified_on (verified_on),
    CONSTRAINT subject_region FOREIGN KEY (region_code) REFERENCES region (code),
    CONSTRAINT subject_merged FOREIGN KEY (merged_into) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Natural persons who are inspected: the code under which they are subjects says nothing about them,
-- and their identity number is not stored: a file that has it is known by HMAC-SHA256 under a key
-- that the database's owner does not have.
CREATE TABLE subject_person (
    digest BINARY(32) NOT NULL PRIMARY KEY,
    code   VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A department's directory of inspection objects; several lists of one department may differ.
CREATE TABLE directory (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code          VARCHAR(40) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL UNIQUE,
    department_id INT UNSIGNED NOT NULL,
    name          VARCHAR(120) NOT NULL,
    refreshed_on  DATE NOT NULL,
    CONSTRAINT directory_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- For which specialties a subject stands in a directory.
CREATE TABLE directory_entry (
    directory_id INT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (directory_id, subject_id, specialty),
    CONSTRAINT directory_entry_directory FOREIGN KEY (directory_id) REFERENCES directory (id),
    CONSTRAINT directory_entry_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT directory_entry_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Which kind of department decides a fact for every directory; where none is named, each
-- department's word holds in its own.
CREATE TABLE fact_authority (
    fact   ENUM('name', 'type', 'address', 'region', 'location', 'state', 'credit_class', 'key',
        'complaints', 'listing') NOT NULL,
    kind   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    source VARCHAR(120) NOT NULL,
    PRIMARY KEY (fact, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a department says of a subject that others have in their directories too, and by which it
-- draws; without a row it goes by the subject's own.
CREATE TABLE subject_word (
    department_id INT UNSIGNED NOT NULL,
    subject_id    BIGINT UNSIGNED NOT NULL,
    state         ENUM('open', 'closed') NOT NULL,
    credit_class  ENUM('A', 'B', 'C', 'D') NOT NULL,
    is_key        BOOLEAN NOT NULL,
    complaints    SMALLINT UNSIGNED NOT NULL,
    verified_on   DATE NOT NULL,
    PRIMARY KEY (department_id, subject_id),
    KEY subject (subject_id),
    CONSTRAINT subject_word_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT subject_word_subject FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What one department says otherwise than another that has the subject too. withdrawn: by_id says
-- so no longer. received_all and made_all have the order of the lists, which those by state have not.
CREATE TABLE subject_proposal (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject_id  BIGINT UNSIGNED NOT NULL,
    by_id       INT UNSIGNED NOT NULL,
    to_id       INT UNSIGNED NOT NULL,
    fact        ENUM('name', 'type', 'address', 'region', 'location', 'state', 'credit_class', 'key',
        'complaints', 'abnormal', 'serious', 'former') NOT NULL,
    value       VARCHAR(200) NOT NULL COMMENT 'former: the code into which it would be merged',
    verified_on DATE NOT NULL,
    state       ENUM('open', 'accepted', 'declined', 'withdrawn') NOT NULL,
    made_at     DATETIME(3) NOT NULL,
    decided_at  DATETIME(3) NULL,
    decided_by  BIGINT UNSIGNED NULL,
    UNIQUE KEY said (subject_id, by_id, to_id, fact),
    KEY received (to_id, state),
    KEY received_all (to_id),
    KEY made (by_id, state),
    KEY made_all (by_id),
    CONSTRAINT subject_proposal_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT subject_proposal_by FOREIGN KEY (by_id) REFERENCES department (id),
    CONSTRAINT subject_proposal_to FOREIGN KEY (to_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each change of what bears on a draw, and (entry) each specialty under which a department's own
-- import put a subject into its directory, for one department's directories or (for_id 0) for all;
-- by_id 0: by lianchactl.
CREATE TABLE subject_change (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subject_id BIGINT UNSIGNED NOT NULL,
    for_id     INT UNSIGNED NOT NULL,
    by_id      INT UNSIGNED NOT NULL,
    fact       ENUM('region', 'state', 'credit_class', 'key', 'complaints', 'abnormal', 'serious',
        'entry') NOT NULL,
    before_it  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    after_it   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    KEY lately (for_id, changed_at),
    KEY subject (subject_id),
    CONSTRAINT subject_change_subject FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Immutable per (code, version); a visit keeps the versions it was planned with. retired: from this
-- version on it is inspected no more.
CREATE TABLE inspection_item (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version     SMALLINT UNSIGNED NOT NULL,
    specialty   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name        VARCHAR(120) NOT NULL,
    category    ENUM('general', 'key') NOT NULL,
    method      ENUM('onsite', 'written', 'network', 'entrusted') NOT NULL,
    legal_basis VARCHAR(300) NOT NULL,
    content     VARCHAR(1000) NOT NULL,
    retired     BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE KEY code_version (code, version),
    KEY specialty (specialty),
    CONSTRAINT inspection_item_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One file that came in. running: batches are being stored, last_line is safe; done; review: a
-- whole directory was compared and waits for its confirmation; applied.
CREATE TABLE import (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id INT UNSIGNED NULL COMMENT 'NULL: by lianchactl',
    account_id    BIGINT UNSIGNED NULL COMMENT 'NULL: by lianchactl',
    directory_id  INT UNSIGNED NULL COMMENT 'the only one that may change',
    name          VARCHAR(200) NOT NULL,
    encoding      ENUM('UTF-8', 'GB18030', 'UTF-16', 'XLSX') NOT NULL,
    sha256        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state         ENUM('running', 'done', 'review', 'applied') NOT NULL,
    last_line     INT UNSIGNED NOT NULL DEFAULT 1,
    accepted      INT UNSIGNED NOT NULL DEFAULT 0,
    created       INT UNSIGNED NOT NULL DEFAULT 0,
    changed       INT UNSIGNED NOT NULL DEFAULT 0,
    unchanged     INT UNSIGNED NOT NULL DEFAULT 0,
    flagged       INT UNSIGNED NOT NULL DEFAULT 0,
    refused       INT UNSIGNED NOT NULL DEFAULT 0,
    skipped       INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'notes below the table',
    started_at    DATETIME(3) NOT NULL,
    ended_at      DATETIME(3) NULL,
    KEY content (sha256, kind, state),
    KEY department_kind (department_id, kind),
    KEY department_state (department_id, state),
    KEY department_started (department_id, started_at),
    CONSTRAINT import_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT import_directory FOREIGN KEY (directory_id) REFERENCES directory (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The lines of a file that were flagged, refused or skipped, the first of them only: all other lines
-- counted as accepted were accepted as they are.
CREATE TABLE import_line (
    import_id BIGINT UNSIGNED NOT NULL,
    line      INT UNSIGNED NOT NULL,
    refused   BOOLEAN NOT NULL,
    skipped   BOOLEAN NOT NULL COMMENT 'neither refused nor skipped: flagged',
    field     VARCHAR(60) NOT NULL COMMENT 'as the file calls it',
    code      VARCHAR(64) NOT NULL,
    reason    VARCHAR(400) NOT NULL,
    PRIMARY KEY (import_id, line),
    KEY refused (import_id, refused, line),
    CONSTRAINT import_line_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What an import, of a file or of one record by a page, changed of a subject, an inspector or an
-- item; who did it and when is the import's. joined, left: the directory of the import.
CREATE TABLE record_change (
    id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    import_id BIGINT UNSIGNED NOT NULL,
    kind      ENUM('subject', 'inspector', 'item') NOT NULL,
    code      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'or number of the card',
    act       ENUM('created', 'changed', 'joined', 'left') NOT NULL,
    changes   TEXT NOT NULL COMMENT 'JSON: [[field, before, after], …]',
    KEY record (kind, code, id),
    CONSTRAINT record_change_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A whole directory as its file has it, before it is compared and confirmed.
CREATE TABLE import_subject (
    import_id    BIGINT UNSIGNED NOT NULL,
    code         VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    former_code  VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL,
    code_flagged BOOLEAN NOT NULL,
    name         VARCHAR(120) NOT NULL,
    type         VARCHAR(40) NOT NULL,
    address      VARCHAR(200) NOT NULL,
    region_code  CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    lon          DOUBLE NULL,
    lat          DOUBLE NULL,
    state        ENUM('open', 'closed') NOT NULL,
    credit_class ENUM('A', 'B', 'C', 'D') NOT NULL,
    is_key       BOOLEAN NOT NULL,
    complaints   SMALLINT UNSIGNED NOT NULL,
    verified_on  DATE NOT NULL,
    synthetic    BOOLEAN NOT NULL,
    licence      VARCHAR(60) NOT NULL DEFAULT '' COMMENT 'as printed, or of registration',
    PRIMARY KEY (import_id, code),
    KEY former (import_id, former_code),
    CONSTRAINT import_subject_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE import_entry (
    import_id BIGINT UNSIGNED NOT NULL,
    code      VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    specialty VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (import_id, code, specialty),
    CONSTRAINT import_entry_import FOREIGN KEY (import_id) REFERENCES import (id),
    CONSTRAINT import_entry_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What confirming a refresh would do to the directory. merged: the directory has it under the code
-- it had before.
CREATE TABLE import_change (
    import_id BIGINT UNSIGNED NOT NULL,
    code      VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind      ENUM('new', 'changed', 'merged', 'vanished') NOT NULL,
    name      VARCHAR(120) NOT NULL,
    fields    SET('name', 'type', 'address', 'region', 'location', 'state', 'credit_class', 'key',
        'complaints', 'specialties', 'verified_on', 'synthetic', 'licence') NOT NULL,
    PRIMARY KEY (import_id, code),
    KEY kind (import_id, kind, code),
    CONSTRAINT import_change_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Entries that a refresh, or the office for one subject, took out of a directory.
CREATE TABLE directory_departure (
    directory_id INT UNSIGNED NOT NULL,
    subject_id   BIGINT UNSIGNED NOT NULL,
    specialty    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    import_id    BIGINT UNSIGNED NOT NULL,
    left_on      DATE NOT NULL,
    PRIMARY KEY (directory_id, subject_id, specialty, import_id),
    CONSTRAINT directory_departure_directory FOREIGN KEY (directory_id) REFERENCES directory (id),
    CONSTRAINT directory_departure_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT directory_departure_import FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Entries of the abnormal list and the serious list, of any enterprise, in a directory or not
-- (R09). department_id: who says so, 0 for lianchactl. It counts for that department's draws, for
-- all others' where lianchactl or the authority for lists says it.
CREATE TABLE listing (
    code       VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    list       ENUM('abnormal', 'serious') NOT NULL COMMENT '经营异常名录, 严重违法失信名单',
    listed_on  DATE NOT NULL,
    removed_on DATE NULL COMMENT 'no longer on the list from this day',
    authority  VARCHAR(120) NOT NULL,
    reason     VARCHAR(400) NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (code, list, listed_on, department_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Checks of before Liancha, or by other systems: they count for the frequency (R08) and for 非请勿扰
-- (R11) as Liancha's own sections do.
CREATE TABLE check_history (
    code          VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    department_id INT UNSIGNED NOT NULL,
    checked_on    DATE NOT NULL,
    result_class  ENUM('no_problem', 'corrected', 'penalty', 'unreachable') NOT NULL,
    PRIMARY KEY (code, department_id, checked_on),
    KEY checked_on (checked_on),
    CONSTRAINT check_history_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
