-- An invitation shows the state of its current generation's mail, whoever changes the delivery.
CREATE TRIGGER delivery_queued_shows AFTER INSERT ON delivery WHEN new.kind = 'invitation' BEGIN
  UPDATE invitation SET mail_state = new.state, mail_reason = new.reason
  WHERE id = new.subject_id AND generation = new.generation;
END;
CREATE TRIGGER delivery_change_shows AFTER UPDATE OF state, reason ON delivery WHEN new.kind = 'invitation' BEGIN
  UPDATE invitation SET mail_state = new.state, mail_reason = new.reason
  WHERE id = new.subject_id AND generation = new.generation;
END;
