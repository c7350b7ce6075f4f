-- The frozen roster (shared/domain/roster.h) in consecutive pieces of at most 1 MiB.
CREATE TABLE roster_part (
    draw_id INT UNSIGNED NOT NULL,
    part    INT UNSIGNED NOT NULL,
    body    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT roster_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
