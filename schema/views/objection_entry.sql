-- How an objection of a citizen comes in: the public pages write here and read nothing of it back. Of what is public,
-- for its department, now; ten a day against one publication and 200 against one department at most (1369, 1062).
CREATE OR REPLACE SQL SECURITY DEFINER VIEW objection_entry AS
SELECT publication_id, department_id, receipt_hash, content, name, contact, received_at, received_on, slot,
       department_slot
FROM objection
WHERE state = 'received' AND slot BETWEEN 1 AND 10 AND department_slot BETWEEN 1 AND 200
      AND received_on = DATE(received_at + INTERVAL 8 HOUR)
      AND ABS(TIMESTAMPDIFF(SECOND, received_at, '1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE(3)) SECOND)) <= 600
      AND department_id = (SELECT p.department_id FROM publication p
                           WHERE p.id = publication_id AND p.state = 'published')
WITH CHECK OPTION;
