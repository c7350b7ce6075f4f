-- Accounts and their sessions.

CREATE TABLE account (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    login          VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    name           VARCHAR(60) NOT NULL,
    department_id  INT UNSIGNED NOT NULL,
    roles          TINYINT UNSIGNED NOT NULL
        COMMENT 'bits of enum ROLE_ in shared/domain/account/role.h; 0 after a move to a department',
    inspector_id   BIGINT UNSIGNED NULL,
    password_hash  VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'no digest at all: nobody signs in before it is reset',
    must_change    BOOLEAN NOT NULL DEFAULT TRUE COMMENT 'somebody else knows the password',
    totp_secret    VARBINARY(80) NULL COMMENT 'of an authenticator, sealed',
    totp_active    BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'its owner showed that it works',
    totp_step      BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'whose digits were used last',
    state          ENUM('active', 'disabled', 'retired') NOT NULL DEFAULT 'active',
    version        INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'of what administrators change',
    failures       INT UNSIGNED NOT NULL DEFAULT 0
        COMMENT 'since the last sign-in, from anywhere',
    signed_in_at   DATETIME(3) NULL,
    signed_in_from VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    CONSTRAINT account_department FOREIGN KEY (department_id) REFERENCES department (id),
    CONSTRAINT account_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Passwords that an account had, so that none comes again soon.
CREATE TABLE password_former (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account_id    BIGINT UNSIGNED NOT NULL,
    password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT password_former_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What everybody tries, in small letters.
CREATE TABLE password_word (
    word VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Failures of one address at one login, whether that exists or not.
CREATE TABLE sign_in (
    login        VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    source       VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failures     INT UNSIGNED NOT NULL DEFAULT 0,
    locks        INT UNSIGNED NOT NULL DEFAULT 0,
    locked_until DATETIME(3) NULL,
    last_at      DATETIME(3) NULL,
    PRIMARY KEY (login, source),
    KEY last_at (last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Duties that may meet in one account of a department, by whose decision and until when.
CREATE TABLE duty_exception (
    id            INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    department_id INT UNSIGNED NOT NULL,
    roles         TINYINT UNSIGNED NOT NULL,
    document      VARCHAR(120) NOT NULL COMMENT 'that approves it',
    reason        VARCHAR(200) NOT NULL,
    ends_on       DATE NOT NULL COMMENT 'its last day',
    recorded_at   DATETIME(3) NOT NULL,
    KEY department (department_id, ends_on),
    CONSTRAINT duty_exception_department FOREIGN KEY (department_id) REFERENCES department (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE import
    ADD CONSTRAINT import_account FOREIGN KEY (account_id) REFERENCES account (id);

CREATE TABLE session (
    token_hash BINARY(32) NOT NULL PRIMARY KEY,
    account_id BIGINT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL COMMENT 'at the latest',
    ends_at    DATETIME(3) NOT NULL COMMENT 'if nobody uses it until then',
    remote     VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY account (account_id),
    KEY ends (ends_at),
    CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
