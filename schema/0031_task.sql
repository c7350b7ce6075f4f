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
