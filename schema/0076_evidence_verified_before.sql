-- What counted before goes on to count.
UPDATE evidence AS e JOIN evidence_blob AS b ON b.sha256 = e.sha256 SET e.verified_at = b.stored_at
    WHERE e.verified_at IS NULL AND b.stored_at IS NOT NULL;
