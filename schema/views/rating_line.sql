-- What enterprises say, without which of them, of which visit, and on which day. The id, by which those of several
-- departments follow one another, is for the order of sums and in no list.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW rating_line AS
SELECT id, campaign_id, department_id, lawful, burden, conduct, guidance, leads, content, rated_in, mark
FROM visit_rating;
