-- Entries of the abnormal list and the serious list, of any enterprise, in a directory or not (R09).
CREATE TABLE listing (
    code       VARCHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    list       ENUM('abnormal', 'serious') NOT NULL COMMENT '经营异常名录, 严重违法失信名单',
    listed_on  DATE NOT NULL,
    removed_on DATE NULL COMMENT 'no longer on the list from this day',
    authority  VARCHAR(120) NOT NULL,
    reason     VARCHAR(400) NOT NULL,
    PRIMARY KEY (code, list, listed_on)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
