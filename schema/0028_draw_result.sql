-- position counts from 1 in a stratum; the reserves follow the selected.
CREATE TABLE draw_result (
    draw_id    INT UNSIGNED NOT NULL,
    stratum    VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position   INT UNSIGNED NOT NULL,
    subject_id BIGINT UNSIGNED NOT NULL,
    selected   BOOLEAN NOT NULL,
    score      BINARY(32) NOT NULL,
    PRIMARY KEY (draw_id, stratum, position),
    KEY subject (subject_id),
    CONSTRAINT draw_result_draw FOREIGN KEY (draw_id) REFERENCES draw (id),
    CONSTRAINT draw_result_subject FOREIGN KEY (subject_id) REFERENCES subject (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
