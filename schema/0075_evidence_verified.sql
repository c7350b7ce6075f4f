-- A manifest counts once its content was handed over by the inspector who declared it, or by one assigned
-- to its section.
ALTER TABLE evidence ADD verified_at DATETIME(3) NULL COMMENT 'NULL: not yet';
