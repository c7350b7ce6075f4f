-- When and by which account a recusal was declared; NULL: before that was kept.
ALTER TABLE inspector_recusal
    ADD COLUMN declared_at DATETIME(3) NULL,
    ADD COLUMN declared_by BIGINT UNSIGNED NULL,
    ADD CONSTRAINT inspector_recusal_declared_by FOREIGN KEY (declared_by) REFERENCES account (id);
