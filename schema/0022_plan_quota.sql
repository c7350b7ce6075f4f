-- source: the printed cell, e.g. "汝州/医疗卫生", or the request that set it.
CREATE TABLE plan_quota (
    plan_id     INT UNSIGNED NOT NULL,
    region_code CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    specialty   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quota       INT UNSIGNED NOT NULL,
    source      VARCHAR(130) NOT NULL,
    PRIMARY KEY (plan_id, region_code, specialty),
    CONSTRAINT plan_quota_plan FOREIGN KEY (plan_id) REFERENCES plan (id),
    CONSTRAINT plan_quota_region FOREIGN KEY (region_code) REFERENCES region (code),
    CONSTRAINT plan_quota_specialty FOREIGN KEY (specialty) REFERENCES specialty (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
