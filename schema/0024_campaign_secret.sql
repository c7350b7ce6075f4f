-- Sealed with the key of the settings; out of reach of the public program's account.
CREATE TABLE campaign_secret (
    campaign_id INT UNSIGNED NOT NULL PRIMARY KEY,
    sealed      VARBINARY(160) NOT NULL,
    CONSTRAINT campaign_secret_campaign FOREIGN KEY (campaign_id) REFERENCES campaign (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
