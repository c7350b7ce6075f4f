-- answers: {"question": [value, version, device]}, what field_versions is to the other fields. They
-- stand in the row that a push locks, reads and writes anyway, and not in rows of their own: locking
-- a range of rows that are not there yet would let two pushes wait for each other.
ALTER TABLE check_result
    ADD COLUMN checklist_id INT UNSIGNED NULL COMMENT 'fixed at the planning',
    ADD COLUMN answers TEXT NULL,
    ADD CONSTRAINT check_result_checklist FOREIGN KEY (checklist_id) REFERENCES checklist (id);
