-- How the rating of an enterprise comes in: the public pages write here and read nothing of it back. Of a part of an entry
-- that has a notice, from its day to seven days after it; once, as the section is unique.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW rating_entry AS
SELECT section_id, campaign_id, department_id, form_hash, lawful, burden, conduct, guidance, leads, content, rated_in
FROM visit_rating
WHERE lawful BETWEEN 1 AND 5 AND burden BETWEEN 1 AND 5 AND conduct BETWEEN 1 AND 5 AND guidance BETWEEN 1 AND 5
      AND CHAR_LENGTH(content) <= 500 AND (leads OR content = '')
      AND rated_in = DATE_FORMAT(DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND), '%Y-%m')
      AND department_id = (SELECT DISTINCT s.department_id FROM section s JOIN visit v ON v.id = s.visit_id
                           JOIN visit_notice n ON n.entry = COALESCE(v.joint_id, v.id)
                           WHERE s.id = visit_rating.section_id AND v.campaign_id = visit_rating.campaign_id
                                 AND v.state = 'dispatched'
                                 AND DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND)
                                     BETWEEN v.planned_on AND v.planned_on + INTERVAL 7 DAY)
WITH CHECK OPTION;
