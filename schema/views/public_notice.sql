-- What an enterprise sees of an entry by the code of its notice, of which this has the digest: each visit of it that is
-- dispatched, until seven days after its day (NOTICE_DAYS), also where that was taken from it; one without notice from its
-- day on. The second condition of the join says nothing new: by it the visits of one notice are found.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_notice AS
SELECT n.code_hash, v.id AS visit_id, v.planned_on, v.planned_on <= DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) AS begun,
       v.cancelled_from, v.cancelled_kind,
       u.name AS subject_name, v.campaign_id, c.code AS campaign_code, c.name AS campaign_name, l.name AS lead_name
FROM visit_notice n JOIN visit v ON n.entry = COALESCE(v.joint_id, v.id) AND (v.id = n.entry OR v.joint_id = n.entry)
     JOIN subject u ON u.id = v.subject_id JOIN campaign c ON c.id = v.campaign_id
     JOIN department l ON l.id = v.lead_department_id
WHERE v.state = 'dispatched' AND DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND) <= COALESCE(v.planned_on, v.cancelled_from) + INTERVAL 7 DAY
      AND (v.planned_on <= DATE('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND)
           OR NOT v.unannounced);
