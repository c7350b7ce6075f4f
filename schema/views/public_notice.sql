-- What an enterprise sees of a check by the code of its notice, of which this has the digest: until seven days
-- after the visit (NOTICE_DAYS).
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_notice AS
SELECT n.code_hash, n.visit_id, v.planned_on, u.name AS subject_name, c.code AS campaign_code,
       c.name AS campaign_name, l.name AS lead_name
FROM visit_notice n JOIN visit v ON v.id = n.visit_id JOIN subject u ON u.id = v.subject_id
     JOIN campaign c ON c.id = v.campaign_id JOIN department l ON l.id = v.lead_department_id
WHERE v.state = 'dispatched' AND v.planned_on IS NOT NULL
      AND DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) <= v.planned_on + INTERVAL 7 DAY;
