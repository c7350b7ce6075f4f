-- The heads of a program's own chains, see audit_event_own.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW audit_chain_own AS
SELECT chain, seq, hash FROM audit_chain
WHERE CASE SUBSTRING_INDEX(USER(), '@', 1)
    WHEN 'liancha_planner' THEN chain LIKE 'dept:%' OR chain = 'planner'
    WHEN 'liancha_mobile' THEN chain LIKE 'device:%' OR chain = 'mobile'
    WHEN 'liancha_pushd' THEN chain = 'pushd'
    WHEN 'liancha_draw' THEN chain = 'draw'
    WHEN 'liancha_admin' THEN chain = 'admin'
    ELSE TRUE END
WITH CHECK OPTION;
