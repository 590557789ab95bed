CREATE TABLE `authenticator` (
	`user_id` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`confirmed_at` integer,
	`last_step` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `connection` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`preset` text NOT NULL,
	`issuer` text NOT NULL,
	`client_id` text NOT NULL,
	`client_secret` text NOT NULL,
	`enabled` integer DEFAULT false NOT NULL,
	`tested_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `connection_organization_id_unique` ON `connection` (`organization_id`);
CREATE TABLE `directory` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`provider` text NOT NULL,
	`refresh_token` text NOT NULL,
	`consented_by` text NOT NULL,
	`consented_at` integer NOT NULL,
	`expired_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `domain` (
	`organization_id` text NOT NULL,
	`domain` text NOT NULL,
	`proof` text NOT NULL,
	`proven_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `domain`),
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `domain_proven` ON `domain` (`domain`) WHERE proven_at is not null;
CREATE TABLE `identity` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text,
	`directory_id` text,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX `identity_subject` ON `identity` (`connection_id`,`issuer`,`subject`);
CREATE UNIQUE INDEX `identity_directory` ON `identity` (`connection_id`,`issuer`,`directory_id`);
CREATE UNIQUE INDEX `identity_user` ON `identity` (`connection_id`,`user_id`);
CREATE INDEX `identity_by_organization` ON `identity` (`organization_id`);
CREATE INDEX `identity_by_user` ON `identity` (`user_id`);
CREATE TABLE `passkey` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`backed_up` integer NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `passkey_by_user` ON `passkey` (`user_id`);
CREATE TABLE `recovery_code` (
	`user_id` text NOT NULL,
	`digest` text NOT NULL,
	`used_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `digest`),
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `session_grant` (
	`session_hash` text NOT NULL,
	`organization_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`session_hash`, `organization_id`),
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `session_grant_by_organization` ON `session_grant` (`organization_id`);
CREATE INDEX `session_grant_expiry` ON `session_grant` (`expires_at`);
ALTER TABLE `invitation` ADD `approval_reason` text;
ALTER TABLE `invitation` ADD `approver_id` text;
ALTER TABLE `invitation` ADD `approver_name` text;
ALTER TABLE `invitation` ADD `approved_at` integer;
ALTER TABLE `organization` ADD `sso_required` text DEFAULT 'off' NOT NULL;
ALTER TABLE `organization` ADD `just_in_time` integer DEFAULT false NOT NULL;
ALTER TABLE `organization` ADD `required_factor` text DEFAULT 'none' NOT NULL;
ALTER TABLE `organization` ADD `policies` text DEFAULT '{}' NOT NULL;
ALTER TABLE `session` ADD `own` integer DEFAULT true NOT NULL;
ALTER TABLE `session` ADD `method` text DEFAULT 'password' NOT NULL;
ALTER TABLE `session` ADD `second_factor` text;
ALTER TABLE `session` ADD `user_agent` text DEFAULT '' NOT NULL;
ALTER TABLE `session` ADD `place` text DEFAULT '' NOT NULL;