-- What the secret of a campaign with rosters is made of; NULL until the reveal, and without rosters.
ALTER TABLE campaign
    ADD COLUMN nonce CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER secret;
