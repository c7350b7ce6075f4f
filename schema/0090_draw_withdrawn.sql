-- A department that takes its draw back before the commitment: the draw then belongs to no campaign, and
-- stays on record with where it was and why.
ALTER TABLE draw
    MODIFY campaign_id INT UNSIGNED NULL COMMENT 'NULL: withdrawn',
    ADD COLUMN withdrawn_from INT UNSIGNED NULL,
    ADD COLUMN withdrawn_at DATETIME(3) NULL,
    ADD COLUMN withdrawn_why VARCHAR(400) NULL,
    ADD CONSTRAINT draw_withdrawn_from FOREIGN KEY (withdrawn_from) REFERENCES campaign (id);
