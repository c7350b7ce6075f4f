CREATE OR REPLACE SQL SECURITY DEFINER VIEW draw_open AS
SELECT id, state, frozen_at, snapshot_sha256, snapshot_bytes, snapshot_lines
FROM draw
WHERE state = 'open' AND withdrawn_at IS NULL;
