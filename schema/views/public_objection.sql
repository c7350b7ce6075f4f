-- How far an objection is, by the code of its receipt, of which this has the digest; nothing of who objects, nor what.
CREATE OR REPLACE SQL SECURITY DEFINER VIEW public_objection AS
SELECT o.receipt_hash, o.publication_id, o.department_id, d.name AS department_name, o.received_at, o.received_on,
       o.slot, o.department_slot, o.state, o.decided_at, o.answer
FROM objection o JOIN department d ON d.id = o.department_id;
