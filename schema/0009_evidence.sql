-- Photos and other files.

-- A file that lies under the name of its SHA-256: known from its first manifest on, and stored once
-- its bytes were verified. claims: raised by each manifest and each upload of it, so that two at
-- once see each other, on another node too. exif_*: what a photo says itself.
CREATE TABLE evidence_blob (
    sha256        BINARY(32) NOT NULL PRIMARY KEY,
    size          BIGINT UNSIGNED NOT NULL,
    stored_at     DATETIME(3) NULL COMMENT 'NULL: its bytes are not here',
    claims        INT UNSIGNED NOT NULL DEFAULT 0,
    exif_taken_at DATETIME(3) NULL,
    exif_lon      DOUBLE NULL,
    exif_lat      DOUBLE NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who handed over a content, all of its bytes: knowing a digest proves nothing.
CREATE TABLE evidence_possession (
    sha256       BINARY(32) NOT NULL,
    inspector_id BIGINT UNSIGNED NOT NULL,
    device_id    BIGINT UNSIGNED NOT NULL COMMENT 'the first',
    at           DATETIME(3) NOT NULL,
    PRIMARY KEY (sha256, inspector_id),
    CONSTRAINT evidence_possession_blob FOREIGN KEY (sha256) REFERENCES evidence_blob (sha256),
    CONSTRAINT evidence_possession_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT evidence_possession_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A manifest, append-only. It counts once its content was handed over by the inspector who declared
-- it, or by one assigned to its section.
-- written_off_*: the file will not come, for the phone is lost or broken: a reviewer says so with a
-- reason, and the publication does not wait for it any more. Stays on record should the file come
-- after all.
CREATE TABLE evidence (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    op_id           BINARY(16) NOT NULL UNIQUE COMMENT 'the operation that declared it',
    section_id      BIGINT UNSIGNED NOT NULL,
    check_result_id BIGINT UNSIGNED NULL,
    sha256          BINARY(32) NOT NULL,
    size            BIGINT UNSIGNED NOT NULL,
    media_type      VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    taken_at        DATETIME(3) NOT NULL,
    lon             DOUBLE NULL,
    lat             DOUBLE NULL,
    device_id       BIGINT UNSIGNED NOT NULL,
    verified_at     DATETIME(3) NULL COMMENT 'NULL: not yet',
    kind            ENUM('photo', 'signature', 'document') NOT NULL DEFAULT 'photo',
    written_off_at  DATETIME(3) NULL,
    written_off_by  BIGINT UNSIGNED NULL,
    written_off_reason VARCHAR(400) NULL,
    KEY section (section_id),
    KEY sha256 (sha256),
    CONSTRAINT evidence_section FOREIGN KEY (section_id) REFERENCES section (id),
    CONSTRAINT evidence_check_result FOREIGN KEY (check_result_id) REFERENCES check_result (id),
    CONSTRAINT evidence_device FOREIGN KEY (device_id) REFERENCES device (id),
    CONSTRAINT evidence_written_off_by FOREIGN KEY (written_off_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A tus upload in progress; received bytes lie in a file named by id.
-- metadata: Upload-Metadata as the client gave it: a HEAD has to repeat it.
CREATE TABLE evidence_upload (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    device_id  BIGINT UNSIGNED NOT NULL,
    sha256     BINARY(32) NOT NULL,
    size       BIGINT UNSIGNED NOT NULL,
    received   BIGINT UNSIGNED NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    metadata   VARCHAR(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    KEY expires (expires_at),
    CONSTRAINT evidence_upload_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
