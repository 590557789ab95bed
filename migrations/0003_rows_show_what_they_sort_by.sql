-- Lists sort by the words that people read, and those are kept here, whoever changes what they come from.
-- The names of the built-in roles stand in src/rules/permissions.ts as well; a test holds the two together.
CREATE TRIGGER member_shows_who AFTER INSERT ON member BEGIN
  UPDATE member SET
    name = coalesce((SELECT u.name FROM user u WHERE u.id = new.user_id), ''),
    last_name = coalesce((SELECT u.last_name FROM user u WHERE u.id = new.user_id), ''),
    address = coalesce((SELECT u.address FROM user u WHERE u.id = new.user_id), ''),
    role_name = coalesce((SELECT r.name FROM role r WHERE r.id = new.role),
      CASE new.role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE new.role END)
  WHERE organization_id = new.organization_id AND user_id = new.user_id;
END;
CREATE TRIGGER member_shows_role AFTER UPDATE OF role ON member BEGIN
  UPDATE member SET role_name = coalesce((SELECT r.name FROM role r WHERE r.id = new.role),
      CASE new.role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE new.role END)
  WHERE organization_id = new.organization_id AND user_id = new.user_id;
END;
CREATE TRIGGER user_change_shows AFTER UPDATE OF name, last_name, address ON user BEGIN
  UPDATE member SET name = new.name, last_name = coalesce(new.last_name, ''), address = new.address WHERE user_id = new.id;
END;
CREATE TRIGGER invitation_shows_role_at_first AFTER INSERT ON invitation BEGIN
  UPDATE invitation SET role_name = coalesce((SELECT r.name FROM role r WHERE r.id = new.role),
      CASE new.role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE new.role END)
  WHERE id = new.id;
END;
CREATE TRIGGER invitation_shows_role AFTER UPDATE OF role ON invitation BEGIN
  UPDATE invitation SET role_name = coalesce((SELECT r.name FROM role r WHERE r.id = new.role),
      CASE new.role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE new.role END)
  WHERE id = new.id;
END;
CREATE TRIGGER role_name_shows AFTER UPDATE OF name ON role BEGIN
  UPDATE member SET role_name = new.name WHERE organization_id = new.organization_id AND role = new.id;
  UPDATE invitation SET role_name = new.name WHERE organization_id = new.organization_id AND role = new.id;
END;
CREATE TRIGGER member_shows_team AFTER INSERT ON member_team BEGIN
  UPDATE member SET team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM member_team mt JOIN team t ON t.id = mt.team_id
      WHERE mt.organization_id = new.organization_id AND mt.user_id = new.user_id ORDER BY t.name COLLATE NOCASE)), '')
  WHERE organization_id = new.organization_id AND user_id = new.user_id;
END;
CREATE TRIGGER member_shows_team_gone AFTER DELETE ON member_team BEGIN
  UPDATE member SET team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM member_team mt JOIN team t ON t.id = mt.team_id
      WHERE mt.organization_id = old.organization_id AND mt.user_id = old.user_id ORDER BY t.name COLLATE NOCASE)), '')
  WHERE organization_id = old.organization_id AND user_id = old.user_id;
END;
CREATE TRIGGER invitation_shows_team AFTER INSERT ON invitation_team BEGIN
  UPDATE invitation SET team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM invitation_team it JOIN team t ON t.id = it.team_id
      WHERE it.invitation_id = new.invitation_id ORDER BY t.name COLLATE NOCASE)), '')
  WHERE id = new.invitation_id;
END;
CREATE TRIGGER invitation_shows_team_gone AFTER DELETE ON invitation_team BEGIN
  UPDATE invitation SET team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM invitation_team it JOIN team t ON t.id = it.team_id
      WHERE it.invitation_id = old.invitation_id ORDER BY t.name COLLATE NOCASE)), '')
  WHERE id = old.invitation_id;
END;
CREATE TRIGGER team_name_shows AFTER UPDATE OF name ON team BEGIN
  UPDATE member SET team_names = (SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM member_team mt JOIN team t ON t.id = mt.team_id
      WHERE mt.organization_id = member.organization_id AND mt.user_id = member.user_id ORDER BY t.name COLLATE NOCASE))
  WHERE organization_id = new.organization_id AND user_id IN (SELECT user_id FROM member_team WHERE team_id = new.id);
  UPDATE invitation SET team_names = (SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM invitation_team it JOIN team t ON t.id = it.team_id
      WHERE it.invitation_id = invitation.id ORDER BY t.name COLLATE NOCASE))
  WHERE id IN (SELECT invitation_id FROM invitation_team WHERE team_id = new.id);
END;
-- What was there before.
UPDATE member SET
  (name, last_name, address) = (SELECT u.name, coalesce(u.last_name, ''), u.address FROM user u WHERE u.id = member.user_id),
  role_name = CASE role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE role END,
  team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM member_team mt JOIN team t ON t.id = mt.team_id
      WHERE mt.organization_id = member.organization_id AND mt.user_id = member.user_id ORDER BY t.name COLLATE NOCASE)), '');
UPDATE invitation SET
  role_name = CASE role WHEN 'owner' THEN 'Owner' WHEN 'admin' THEN 'Admin' WHEN 'member' THEN 'Member' WHEN 'viewer' THEN 'Viewer' ELSE role END,
  team_names = coalesce((SELECT group_concat(name, ', ') FROM (
      SELECT t.name FROM invitation_team it JOIN team t ON t.id = it.team_id
      WHERE it.invitation_id = invitation.id ORDER BY t.name COLLATE NOCASE)), '');
