-- Counts the transactions that took the campaign to themselves. Between the nodes of a cluster nothing
-- but a written row keeps two of them apart.
ALTER TABLE campaign
    ADD COLUMN guard INT UNSIGNED NOT NULL DEFAULT 0 AFTER abandoned_why;
