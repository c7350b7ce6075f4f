-- A selected subject that cannot be inspected, and the reserve that stands in for it. The results of
-- the draw stay as they are; a substitute may be substituted in turn.
CREATE TABLE substitute (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    draw_id       INT UNSIGNED NOT NULL,
    stratum       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject_id    BIGINT UNSIGNED NOT NULL,
    substitute_id BIGINT UNSIGNED NOT NULL,
    position      INT UNSIGNED NOT NULL COMMENT 'of the reserve in its stratum',
    reason        VARCHAR(200) NOT NULL,
    made_by       BIGINT UNSIGNED NOT NULL,
    made_at       DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY subject (draw_id, stratum, subject_id),
    UNIQUE KEY substitute (draw_id, stratum, substitute_id),
    KEY substitute_subject (subject_id),
    KEY substitute_substitute (substitute_id),
    CONSTRAINT substitute_draw FOREIGN KEY (draw_id) REFERENCES draw (id),
    CONSTRAINT substitute_subject FOREIGN KEY (subject_id) REFERENCES subject (id),
    CONSTRAINT substitute_substitute FOREIGN KEY (substitute_id) REFERENCES subject (id),
    CONSTRAINT substitute_made_by FOREIGN KEY (made_by) REFERENCES account (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
