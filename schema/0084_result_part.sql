-- The result of a draw as it is published (fcgi/public/README.md, result-<draw>.txt), in consecutive
-- pieces of at most 1 MiB, of whole lines. Draws of before are written here from their rows.
SET STATEMENT group_concat_max_len = 1048576 FOR CREATE TABLE result_part (
    draw_id  INT UNSIGNED NOT NULL,
    part     INT UNSIGNED NOT NULL,
    selected INT UNSIGNED NOT NULL COMMENT 'lines of that kind in this piece …',
    reserves INT UNSIGNED NOT NULL COMMENT '… and of the other',
    body     MEDIUMBLOB NOT NULL,
    PRIMARY KEY (draw_id, part),
    CONSTRAINT result_part_draw FOREIGN KEY (draw_id) REFERENCES draw (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
SELECT r.draw_id, ROW_NUMBER() OVER (PARTITION BY r.draw_id
           ORDER BY r.stratum, FLOOR((r.position - 1) / 4096)) - 1 AS part,
       COUNT(IF(r.selected, 1, NULL)) AS selected, COUNT(IF(r.selected, NULL, 1)) AS reserves,
       CONCAT(GROUP_CONCAT(CONCAT_WS('\t', r.stratum, r.position, s.code,
           IF(r.selected, 'selected', 'reserve'), LOWER(HEX(r.score)))
           ORDER BY r.position SEPARATOR '\n'), '\n') AS body
FROM draw_result r JOIN subject s ON s.id = r.subject_id
GROUP BY r.draw_id, r.stratum, FLOOR((r.position - 1) / 4096);
