CREATE TABLE `organization_deletion` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`user_id` text NOT NULL,
	`key_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `organization_deletion_by_organization` ON `organization_deletion` (`organization_id`,`status`);
CREATE TABLE `role` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`permissions` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `role_name` ON `role` (`organization_id`,lower("name"));
DROP INDEX `invitation_by_address`;
DROP INDEX `invitation_by_role`;
DROP INDEX `invitation_by_department`;
DROP INDEX `invitation_by_inviter`;
DROP INDEX `invitation_by_sent`;
DROP INDEX `invitation_by_expiry`;
DROP INDEX `invitation_by_status`;
DROP INDEX `invitation_by_mail`;
DROP INDEX `invitation_by_domain`;
ALTER TABLE `invitation` ADD `name_fields` text;
ALTER TABLE `invitation` ADD `landing_address` text;
ALTER TABLE `invitation` ADD `opened_at` integer;
ALTER TABLE `invitation` ADD `role_name` text DEFAULT '' NOT NULL;
ALTER TABLE `invitation` ADD `team_names` text DEFAULT '' NOT NULL;
ALTER TABLE `invitation` ADD `role_order` text GENERATED ALWAYS AS (lower(role_name)) VIRTUAL NOT NULL;
ALTER TABLE `invitation` ADD `department_order` text GENERATED ALWAYS AS (lower(department)) VIRTUAL NOT NULL;
ALTER TABLE `invitation` ADD `teams_order` text GENERATED ALWAYS AS (lower(team_names)) VIRTUAL NOT NULL;
ALTER TABLE `invitation` ADD `inviter_order` text GENERATED ALWAYS AS (lower(inviter_name)) VIRTUAL NOT NULL;
CREATE INDEX `invitation_in_order_of_address` ON `invitation` (`organization_id`,`status`,`address`,`id`);
CREATE INDEX `invitation_in_order_of_role` ON `invitation` (`organization_id`,`status`,`role_order`,`id`);
CREATE INDEX `invitation_in_order_of_department` ON `invitation` (`organization_id`,`status`,`department_order`,`id`);
CREATE INDEX `invitation_in_order_of_teams` ON `invitation` (`organization_id`,`status`,`teams_order`,`id`);
CREATE INDEX `invitation_in_order_of_inviter` ON `invitation` (`organization_id`,`status`,`inviter_order`,`id`);
CREATE INDEX `invitation_in_order_of_sending` ON `invitation` (`organization_id`,`status`,`sent_at`,`id`);
CREATE INDEX `invitation_in_order_of_expiry` ON `invitation` (`organization_id`,`status`,`expires_at`,`id`);
CREATE INDEX `invitation_in_order_of_status` ON `invitation` (`organization_id`,`status`,`id`);
CREATE INDEX `invitation_in_order_of_mail` ON `invitation` (`organization_id`,`status`,`mail_state`,`id`);
CREATE INDEX `invitation_in_order_of_domain` ON `invitation` (`organization_id`,`status`,`domain`,`id`);
CREATE INDEX `invitation_department` ON `invitation` (`organization_id`,`department`) WHERE status in ('awaiting_approval', 'pending', 'expired');
CREATE INDEX `invitation_first_sent` ON `invitation` (`organization_id`,`first_sent_at`);
DROP INDEX `member_status`;
ALTER TABLE `member` ADD `name` text DEFAULT '' NOT NULL;
ALTER TABLE `member` ADD `last_name` text DEFAULT '' NOT NULL;
ALTER TABLE `member` ADD `address` text DEFAULT '' NOT NULL;
ALTER TABLE `member` ADD `role_name` text DEFAULT '' NOT NULL;
ALTER TABLE `member` ADD `team_names` text DEFAULT '' NOT NULL;
ALTER TABLE `member` ADD `domain` text GENERATED ALWAYS AS (substr(address, instr(address, '@') + 1)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `name_order` text GENERATED ALWAYS AS (lower(name)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `last_name_order` text GENERATED ALWAYS AS (lower(last_name)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `role_order` text GENERATED ALWAYS AS (lower(role_name)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `department_order` text GENERATED ALWAYS AS (lower(department)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `teams_order` text GENERATED ALWAYS AS (lower(team_names)) VIRTUAL NOT NULL;
ALTER TABLE `member` ADD `inviter_order` text GENERATED ALWAYS AS (lower(coalesce(inviter_name, ''))) VIRTUAL NOT NULL;
CREATE INDEX `member_by_status` ON `member` (`organization_id`,`status`,`user_id`);
CREATE INDEX `member_by_name` ON `member` (`organization_id`,`status`,`name_order`,`user_id`);
CREATE INDEX `member_by_address` ON `member` (`organization_id`,`status`,`address`,`user_id`);
CREATE INDEX `member_by_role` ON `member` (`organization_id`,`status`,`role_order`,`user_id`);
CREATE INDEX `member_by_department` ON `member` (`organization_id`,`status`,`department_order`,`user_id`);
CREATE INDEX `member_by_teams` ON `member` (`organization_id`,`status`,`teams_order`,`user_id`);
CREATE INDEX `member_by_joined` ON `member` (`organization_id`,`status`,`joined_at`,`user_id`);
CREATE INDEX `member_by_inviter` ON `member` (`organization_id`,`status`,`inviter_order`,`user_id`);
CREATE INDEX `member_by_last_name` ON `member` (`organization_id`,`status`,`last_name_order`,`user_id`);
CREATE INDEX `member_by_domain` ON `member` (`organization_id`,`status`,`domain`,`user_id`);
ALTER TABLE `organization` ADD `pending_reserves_seat` integer DEFAULT true NOT NULL;
ALTER TABLE `organization` ADD `time_zone` text DEFAULT 'UTC' NOT NULL;
ALTER TABLE `organization` ADD `asks_department` integer DEFAULT true NOT NULL;
ALTER TABLE `organization` ADD `asks_teams` integer DEFAULT true NOT NULL;
ALTER TABLE `organization` ADD `delete_at` integer;
CREATE INDEX `audit_event_by_action` ON `audit_event` (`organization_id`,`action`,`at`,`id`);
CREATE INDEX `audit_event_by_actor_name` ON `audit_event` (`organization_id`,"actor_name" collate nocase,`at`,`id`);
CREATE INDEX `audit_event_by_target_name` ON `audit_event` (`organization_id`,"target_name" collate nocase,`at`,`id`);
CREATE INDEX `invitation_team_team` ON `invitation_team` (`team_id`);