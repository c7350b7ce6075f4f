-- purged: the highest number of a tombstone that was removed after the horizon. Who stands below it may
-- have missed one, and gets the feed anew.
ALTER TABLE feed_head ADD COLUMN purged BIGINT UNSIGNED NOT NULL DEFAULT 0;
