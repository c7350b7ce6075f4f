-- A door record names a file that nobody declared, for the phone that recorded it does not come back: a
-- reviewer says so with a reason, and the publication does not wait for it any more.
ALTER TABLE door_record
    ADD COLUMN written_off_at DATETIME(3) NULL,
    ADD COLUMN written_off_by BIGINT UNSIGNED NULL,
    ADD COLUMN written_off_why VARCHAR(400) NULL,
    ADD CONSTRAINT door_record_written_off_by FOREIGN KEY (written_off_by) REFERENCES account (id);
