CREATE TABLE `api_key` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`access` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`creator_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `api_key_hash_unique` ON `api_key` (`hash`);
CREATE INDEX `api_key_by_organization` ON `api_key` (`organization_id`,`created_at`);
CREATE TABLE `audit_event` (
	`id` text PRIMARY KEY NOT NULL,
	`change_id` text NOT NULL,
	`organization_id` text,
	`action` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`actor_name` text NOT NULL,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`target_name` text NOT NULL,
	`at` integer NOT NULL,
	`detail` text NOT NULL
);

CREATE UNIQUE INDEX `audit_event_once` ON `audit_event` (`change_id`,`target_id`);
CREATE INDEX `audit_event_by_time` ON `audit_event` (`organization_id`,`at`,`id`);
CREATE INDEX `audit_event_by_target` ON `audit_event` (`target_id`,`at`);
CREATE TABLE `delivery` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`generation` integer NOT NULL,
	`address` text NOT NULL,
	`content` text NOT NULL,
	`state` text DEFAULT 'queued' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`reason` text,
	`provider` text,
	`provider_id` text,
	`sent_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "delivery_attempts" CHECK(attempts >= 0)
);

CREATE UNIQUE INDEX `delivery_once` ON `delivery` (`subject_id`,`kind`,`generation`);
CREATE INDEX `delivery_due` ON `delivery` (`due_at`) WHERE state in ('queued', 'sending');
CREATE INDEX `delivery_by_organization` ON `delivery` (`organization_id`,`created_at`);
CREATE INDEX `delivery_by_address` ON `delivery` (`address`,`created_at`);
CREATE TABLE `invitation` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`address` text NOT NULL,
	`typed_address` text NOT NULL,
	`role` text NOT NULL,
	`department` text DEFAULT '' NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`role_shown` integer DEFAULT true NOT NULL,
	`status` text NOT NULL,
	`generation` integer DEFAULT 1 NOT NULL,
	`key_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`first_sent_at` integer NOT NULL,
	`sent_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`inviter_kind` text NOT NULL,
	`inviter_id` text NOT NULL,
	`inviter_name` text NOT NULL,
	`accepted_by` text,
	`mail_state` text DEFAULT 'queued' NOT NULL,
	`mail_reason` text,
	`change_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`bucket` text GENERATED ALWAYS AS (case when status in ('awaiting_approval', 'pending', 'expired') then 'outstanding' else status end) VIRTUAL NOT NULL,
	`domain` text GENERATED ALWAYS AS (substr(address, instr(address, '@') + 1)) VIRTUAL NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`accepted_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `invitation_one_open` ON `invitation` (`organization_id`,`address`) WHERE status in ('awaiting_approval', 'pending', 'expired');
CREATE INDEX `invitation_by_address` ON `invitation` (`organization_id`,`bucket`,`address`,`id`);
CREATE INDEX `invitation_by_role` ON `invitation` (`organization_id`,`bucket`,`role`,`id`);
CREATE INDEX `invitation_by_department` ON `invitation` (`organization_id`,`bucket`,`department`,`id`);
CREATE INDEX `invitation_by_inviter` ON `invitation` (`organization_id`,`bucket`,`inviter_name`,`id`);
CREATE INDEX `invitation_by_sent` ON `invitation` (`organization_id`,`bucket`,`sent_at`,`id`);
CREATE INDEX `invitation_by_expiry` ON `invitation` (`organization_id`,`bucket`,`expires_at`,`id`);
CREATE INDEX `invitation_by_status` ON `invitation` (`organization_id`,`bucket`,`status`,`id`);
CREATE INDEX `invitation_by_mail` ON `invitation` (`organization_id`,`bucket`,`mail_state`,`id`);
CREATE INDEX `invitation_by_domain` ON `invitation` (`organization_id`,`bucket`,`domain`,`id`);
CREATE INDEX `invitation_due` ON `invitation` (`expires_at`) WHERE status = 'pending';
CREATE TABLE `invitation_team` (
	`invitation_id` text NOT NULL,
	`team_id` text NOT NULL,
	PRIMARY KEY(`invitation_id`, `team_id`),
	FOREIGN KEY (`invitation_id`) REFERENCES `invitation`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `member` (
	`organization_id` text NOT NULL,
	`user_id` text NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`role` text NOT NULL,
	`department` text DEFAULT '' NOT NULL,
	`joined_at` integer NOT NULL,
	`inviter_name` text,
	`invitation_id` text,
	PRIMARY KEY(`organization_id`, `user_id`),
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `member_user` ON `member` (`user_id`);
CREATE INDEX `member_status` ON `member` (`organization_id`,`status`);
CREATE INDEX `member_department` ON `member` (`organization_id`,`department`);
CREATE TABLE `member_team` (
	`organization_id` text NOT NULL,
	`user_id` text NOT NULL,
	`team_id` text NOT NULL,
	PRIMARY KEY(`organization_id`, `user_id`, `team_id`),
	FOREIGN KEY (`team_id`) REFERENCES `team`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`,`user_id`) REFERENCES `member`(`organization_id`,`user_id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `member_team_team` ON `member_team` (`team_id`);
CREATE TABLE `organization` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`slug` text NOT NULL,
	`account_scope` text DEFAULT 'shared' NOT NULL,
	`invitation_lifetime` integer DEFAULT 604800 NOT NULL,
	`default_role` text DEFAULT 'member' NOT NULL,
	`role_at_sending` text DEFAULT 'optional' NOT NULL,
	`name_fields` text DEFAULT 'first_last' NOT NULL,
	`landing_address` text,
	`closed_link` text DEFAULT 'precise' NOT NULL,
	`seat_limit` integer,
	`created_at` integer NOT NULL
);

CREATE UNIQUE INDEX `organization_slug_unique` ON `organization` (`slug`);
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `session_user` ON `session` (`user_id`);
CREATE INDEX `session_expiry` ON `session` (`expires_at`);
CREATE TABLE `sign_in_attempt` (
	`key` text PRIMARY KEY NOT NULL,
	`attempts` integer NOT NULL,
	`expires_at` integer NOT NULL
);

CREATE INDEX `sign_in_attempt_expiry` ON `sign_in_attempt` (`expires_at`);
CREATE TABLE `team` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `team_name` ON `team` (`organization_id`,lower("name"));
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`account_scope` text NOT NULL,
	`address` text NOT NULL,
	`typed_address` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`first_name` text,
	`last_name` text,
	`password_hash` text,
	`created_at` integer NOT NULL
);

CREATE UNIQUE INDEX `user_scope_address` ON `user` (`account_scope`,`address`);