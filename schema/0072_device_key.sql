-- A device proves by its key that it is the one that was enrolled; one that was enrolled before it
-- had a key is enrolled anew when its access token ends. Tokens follow from salt and generation.
ALTER TABLE device
    ADD COLUMN public_key BINARY(65) NOT NULL COMMENT 'ECDSA P-256, an uncompressed point' AFTER name,
    ADD COLUMN token_salt BINARY(32) NOT NULL AFTER receipt,
    ADD COLUMN generation BIGINT UNSIGNED NOT NULL COMMENT 'of its tokens' AFTER token_salt,
    ADD COLUMN settled BOOLEAN NOT NULL
        COMMENT 'a token of this generation was used: those before are not honoured any more'
        AFTER generation,
    ADD COLUMN forked_at DATETIME(3) NULL
        COMMENT 'when it was first seen that its data had been copied or restored',
    DROP COLUMN refresh_hash,
    DROP COLUMN refresh_previous_hash;
