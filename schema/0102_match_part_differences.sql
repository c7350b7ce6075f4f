ALTER TABLE match_part MODIFY name ENUM('inspectors', 'visits', 'teams', 'differences') NOT NULL;
