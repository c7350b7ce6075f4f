-- shared: rises with whatever all phones, or those of a department, must look at: the dictionary, a department,
-- whose inspectors are. A poll reads this one number in place of three.
ALTER TABLE sync_epoch ADD COLUMN shared BIGINT UNSIGNED NOT NULL DEFAULT 1;
