-- What enterprises say, without which of them, and of which visit.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW rating_line AS
SELECT id, campaign_id, department_id, lawful, burden, conduct, guidance, content, rated_on
FROM visit_rating;
