-- A file that will not come, for the phone is lost or broken: a reviewer says so with a reason, and the
-- publication does not wait for it any more. Stays on record should the file come after all.
ALTER TABLE evidence
    ADD COLUMN written_off_at DATETIME(3) NULL,
    ADD COLUMN written_off_by BIGINT UNSIGNED NULL,
    ADD COLUMN written_off_why VARCHAR(400) NULL,
    ADD CONSTRAINT evidence_written_off_by FOREIGN KEY (written_off_by) REFERENCES account (id);
