-- What the phones of inspectors record, and how it is synchronised.

-- The questions of an inspection item. Immutable per (item, version): a check result keeps the
-- version that its visit was planned with.
CREATE TABLE checklist (
    id           INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    item_code    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version      SMALLINT UNSIGNED NOT NULL,
    title        VARCHAR(120) NOT NULL,
    sha256       BINARY(32) NOT NULL COMMENT 'of body',
    body         TEXT NOT NULL COMMENT 'canonical JSON',
    published_at DATETIME(3) NOT NULL,
    UNIQUE KEY item_version (item_code, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One item of one section; the row exists from the planning on, the fields are the inspectors'.
-- answers: {"question": [value, version, device, counter]}, what field_versions is to the other fields. They
-- stand in the row that a push locks, reads and writes anyway, and not in rows of their own:
-- locking a range of rows that are not there yet would let two pushes wait for each other.
CREATE TABLE check_result (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id     BIGINT UNSIGNED NOT NULL,
    item_id        INT UNSIGNED NOT NULL,
    version        INT UNSIGNED NOT NULL DEFAULT 0,
    field_versions VARCHAR(240) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    result_code    VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL,
    problem        VARCHAR(2000) NULL,
    disposal       VARCHAR(2000) NULL,
    checklist_id   INT UNSIGNED NULL COMMENT 'fixed at the planning',
    answers        MEDIUMTEXT NULL,
    UNIQUE KEY section_item (section_id, item_id),
    CONSTRAINT check_result_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT check_result_item FOREIGN KEY (item_id) REFERENCES inspection_item (id),
    CONSTRAINT check_result_code FOREIGN KEY (result_code) REFERENCES result_code (code),
    CONSTRAINT check_result_checklist FOREIGN KEY (checklist_id) REFERENCES checklist (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A device proves by its key that it is the one that was enrolled. Tokens follow from salt and
-- generation.
CREATE TABLE device (
    id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    inspector_id       BIGINT UNSIGNED NOT NULL,
    name               VARCHAR(60) NOT NULL,
    public_key         BINARY(65) NOT NULL COMMENT 'ECDSA P-256, an uncompressed point',
    state              ENUM('active', 'retired', 'lost') NOT NULL,
    counter            BIGINT UNSIGNED NOT NULL COMMENT 'of its last acknowledged operation',
    receipt            BINARY(32) NOT NULL COMMENT 'chained hash over its acknowledged operations',
    token_salt         BINARY(32) NOT NULL,
    generation         BIGINT UNSIGNED NOT NULL COMMENT 'of its tokens',
    settled            BOOLEAN NOT NULL
        COMMENT 'a token of this generation was used: those before are not honoured any more',
    access_hash        BINARY(32) NOT NULL UNIQUE,
    access_expires_at  DATETIME(3) NOT NULL,
    refresh_expires_at DATETIME(3) NOT NULL,
    enrolled_at        DATETIME(3) NOT NULL,
    forked_at          DATETIME(3) NULL
        COMMENT 'when it was first seen that its data had been copied or restored',
    KEY inspector (inspector_id),
    CONSTRAINT device_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a device's clocks said when it handed something over, beside the server's. Order is the
-- server's alone; this is for whoever has to judge the times that the device recorded.
CREATE TABLE device_clock (
    device_id    BIGINT UNSIGNED NOT NULL,
    at           DATETIME(3) NOT NULL COMMENT 'of the server',
    device_at    DATETIME(3) NOT NULL,
    monotonic_ms BIGINT UNSIGNED NOT NULL COMMENT 'since the device or its app started: nobody sets it',
    gps_at       DATETIME(3) NULL,
    offset_ms    BIGINT NOT NULL COMMENT 'device_at - at, as the device is estimated to be ahead',
    PRIMARY KEY (device_id, at),
    CONSTRAINT device_clock_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One-time codes, stored hashed.
CREATE TABLE enrolment (
    code_hash    BINARY(32) NOT NULL PRIMARY KEY,
    inspector_id BIGINT UNSIGNED NOT NULL,
    expires_at   DATETIME(3) NOT NULL,
    device_id    BIGINT UNSIGNED NULL COMMENT 'the device that used it',
    KEY expires (expires_at),
    CONSTRAINT enrolment_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT enrolment_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row. A restore of the database from a backup must give it a new value. shared: rises with
-- whatever all phones, or those of a department, must look at: the dictionary, a department, whose
-- inspectors are. A poll reads this one number in place of three.
CREATE TABLE sync_epoch (
    id     TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    epoch  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    shared BIGINT UNSIGNED NOT NULL DEFAULT 1
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO sync_epoch (id, epoch) VALUES (1, UUID());

-- The row lock on a head is held to commit, so sequence order is commit order.
-- kind: 1 inspector, 2 visit, 3 department, 4 dictionary.
-- purged: the highest number of a tombstone that was removed after the horizon. Who stands below it
-- may have missed one, and gets the feed anew.
CREATE TABLE feed_head (
    kind     TINYINT UNSIGNED NOT NULL,
    owner_id BIGINT UNSIGNED NOT NULL,
    seq      BIGINT UNSIGNED NOT NULL,
    purged   BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The latest state of each entity of a feed, as the JSON that a pull sends.
CREATE TABLE feed_item (
    kind      TINYINT UNSIGNED NOT NULL,
    owner_id  BIGINT UNSIGNED NOT NULL,
    seq       BIGINT UNSIGNED NOT NULL,
    entity    VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity_id BIGINT UNSIGNED NOT NULL,
    version   INT UNSIGNED NOT NULL,
    deleted   BOOLEAN NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (kind, owner_id, seq),
    UNIQUE KEY entity (kind, owner_id, entity, entity_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The tombstones that the horizon ends, by the day on which each was written: what a purge reads
-- instead of all items. An item that was written again since has another number.
CREATE TABLE feed_tombstone (
    gone_on  DATE NOT NULL,
    kind     TINYINT UNSIGNED NOT NULL,
    owner_id BIGINT UNSIGNED NOT NULL,
    seq      BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (gone_on, kind, owner_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The ledger: commits with the effect of the operation, and answers its repetition.
CREATE TABLE sync_op (
    op_id     BINARY(16) NOT NULL PRIMARY KEY,
    device_id BIGINT UNSIGNED NOT NULL,
    counter   BIGINT UNSIGNED NOT NULL,
    body_hash BINARY(32) NOT NULL,
    outcome   ENUM('applied', 'merged', 'conflict', 'deferred', 'rejected') NOT NULL,
    result    TEXT NOT NULL COMMENT 'the outcome object as it was sent',
    body      MEDIUMTEXT NULL COMMENT 'kept for the desk when it was not simply applied',
    at        DATETIME(3) NOT NULL,
    UNIQUE KEY device_counter (device_id, counter)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the phones handed over and the desk has to look at: edits on what was signed, reassigned or
-- deleted meanwhile, which somebody decides, and operations rejected or deferred. The operation
-- itself stands in the ledger.
CREATE TABLE held_op (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id         BINARY(16) NOT NULL UNIQUE,
    kind          ENUM('sealed', 'reassigned', 'deleted', 'rejected', 'deferred') NOT NULL,
    state         ENUM('open', 'accepted', 'refused', 'settled') NOT NULL
        COMMENT 'settled: was deferred and took effect',
    department_id INT UNSIGNED NOT NULL COMMENT 'whose desk it is on',
    device_id     BIGINT UNSIGNED NOT NULL,
    section_id    BIGINT UNSIGNED NULL COMMENT 'of an edit, unless it is gone',
    entity        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    entity_id     BIGINT UNSIGNED NULL,
    fields        TEXT NULL COMMENT 'of an edit, in canonical form, as an acceptance takes them',
    at            DATETIME(3) NOT NULL,
    decided_by    BIGINT UNSIGNED NULL,
    decided_at    DATETIME(3) NULL,
    reason        VARCHAR(400) NULL,
    KEY desk (department_id, state, id),
    KEY section (section_id, state),
    CONSTRAINT held_op_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT held_op_device FOREIGN KEY (device_id) REFERENCES device (id),
    CONSTRAINT held_op_decided_by FOREIGN KEY (decided_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The value that a merge did not take: kept until somebody decides.
CREATE TABLE sync_conflict (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    section_id  BIGINT UNSIGNED NOT NULL,
    entity      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity_id   BIGINT UNSIGNED NOT NULL,
    field       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kept        VARCHAR(2000) NULL,
    other       VARCHAR(2000) NULL,
    op_id       BINARY(16) NOT NULL,
    device_id   BIGINT UNSIGNED NOT NULL,
    counter     BIGINT UNSIGNED NOT NULL COMMENT 'of that operation',
    version     INT UNSIGNED NOT NULL COMMENT 'of the record, from which on the conflict is to be seen',
    at          DATETIME(3) NOT NULL,
    resolved_at DATETIME(3) NULL,
    UNIQUE KEY op_field (op_id, field),
    KEY section (section_id, resolved_at),
    CONSTRAINT sync_conflict_section FOREIGN KEY (section_id) REFERENCES section (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What happened at the door, appended and never changed: who attended, the enterprise's signature
-- or its refusal, samples handed to a laboratory. The names in it are personal data: no view shows
-- them.
-- written_off_*: it names a file that nobody declared, for the phone that recorded it does not come
-- back: a reviewer says so with a reason, and the publication does not wait for it any more.
CREATE TABLE door_record (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id           BINARY(16) NOT NULL UNIQUE COMMENT 'the operation that recorded it',
    section_id      BIGINT UNSIGNED NOT NULL,
    kind            ENUM('attendance', 'signature', 'sample') NOT NULL,
    body            TEXT NOT NULL COMMENT 'JSON as the feeds tell it',
    device_id       BIGINT UNSIGNED NOT NULL,
    at              DATETIME(3) NOT NULL,
    written_off_at  DATETIME(3) NULL,
    written_off_by  BIGINT UNSIGNED NULL,
    written_off_reason VARCHAR(400) NULL,
    KEY section (section_id, id),
    CONSTRAINT door_record_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT door_record_device FOREIGN KEY (device_id) REFERENCES device (id),
    CONSTRAINT door_record_written_off_by FOREIGN KEY (written_off_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
