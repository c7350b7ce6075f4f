-- Regions in which an inspector may be drawn.
CREATE TABLE inspector_area (
    inspector_id BIGINT UNSIGNED NOT NULL,
    region_code  CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (inspector_id, region_code),
    CONSTRAINT inspector_area_inspector FOREIGN KEY (inspector_id) REFERENCES inspector (id),
    CONSTRAINT inspector_area_region FOREIGN KEY (region_code) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
