ALTER TABLE evidence
    ADD COLUMN kind ENUM('photo', 'signature', 'document') NOT NULL DEFAULT 'photo';
