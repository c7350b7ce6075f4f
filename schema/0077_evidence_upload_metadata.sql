-- Upload-Metadata as the client gave it: a HEAD has to repeat it.
ALTER TABLE evidence_upload
    ADD metadata VARCHAR(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
