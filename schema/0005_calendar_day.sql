-- The State Council's holiday notices: days off and make-up workdays.
CREATE TABLE calendar_day (
    day         DATE NOT NULL PRIMARY KEY,
    kind        ENUM('off', 'work') NOT NULL,
    name        VARCHAR(30) NOT NULL,
    notice_year SMALLINT NOT NULL,
    notice_url  VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
