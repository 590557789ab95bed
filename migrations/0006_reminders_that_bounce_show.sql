-- An invitation shows the state of its current generation's mail, and what a reminder found out about the address.
DROP TRIGGER delivery_change_shows;
CREATE TRIGGER delivery_change_shows AFTER UPDATE OF state, reason ON delivery
WHEN new.kind = 'invitation' OR new.kind IN ('reminder', 'second_reminder') AND new.state IN ('bounced', 'complained') BEGIN
  UPDATE invitation SET mail_state = new.state, mail_reason = new.reason
  WHERE id = new.subject_id AND generation = new.generation;
END;
