CREATE TABLE `address_change` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`address` text NOT NULL,
	`typed_address` text NOT NULL,
	`key_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `address_change_by_user` ON `address_change` (`user_id`,`status`);
CREATE INDEX `address_change_expiry` ON `address_change` (`expires_at`);
CREATE TABLE `password_reset` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`key_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `password_reset_by_user` ON `password_reset` (`user_id`,`status`);
CREATE INDEX `password_reset_expiry` ON `password_reset` (`expires_at`);
CREATE TABLE `suppression` (
	`organization_id` text NOT NULL,
	`address` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `address`, `reason`),
	FOREIGN KEY (`organization_id`) REFERENCES `organization`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE INDEX `suppression_by_address` ON `suppression` (`address`,`reason`);
DROP INDEX `delivery_once`;
ALTER TABLE `delivery` ADD `reported_at` integer;
ALTER TABLE `delivery` ADD `delivered_at` integer;
ALTER TABLE `delivery` ADD `bounce` text;
ALTER TABLE `delivery` ADD `sender_id` text;
ALTER TABLE `delivery` ADD `quota_day` integer;
ALTER TABLE `delivery` ADD `dead_letters` integer DEFAULT 0 NOT NULL;
ALTER TABLE `delivery` ADD `dead_letter_at` integer;
CREATE UNIQUE INDEX `delivery_once_each` ON `delivery` (`subject_id`,`kind`,`generation`,`address`);
CREATE INDEX `delivery_quota_of_organization` ON `delivery` (`organization_id`,`quota_day`,`sender_id`);
CREATE INDEX `delivery_quota_of_address` ON `delivery` (`address`,`quota_day`);
CREATE INDEX `delivery_in_trouble` ON `delivery` (`organization_id`,`created_at`) WHERE state in ('failed', 'bounced', 'complained');
CREATE INDEX `delivery_dead` ON `delivery` (`organization_id`,`dead_letter_at`) WHERE dead_letter_at is not null;
ALTER TABLE `invitation` ADD `language` text;
ALTER TABLE `invitation` ADD `remind_at` integer;
ALTER TABLE `invitation` ADD `remind_again_at` integer;
ALTER TABLE `invitation` ADD `reminders_sent` integer DEFAULT 0 NOT NULL;
ALTER TABLE `invitation` ADD `reminders_paused` integer DEFAULT false NOT NULL;
CREATE INDEX `invitation_remind` ON `invitation` (`remind_at`) WHERE status = 'pending' and remind_at is not null;
ALTER TABLE `organization` ADD `language` text DEFAULT 'en' NOT NULL;
ALTER TABLE `organization` ADD `reminder_after` integer DEFAULT 50;
ALTER TABLE `organization` ADD `told_on_acceptance` text DEFAULT 'inviter' NOT NULL;
ALTER TABLE `organization` ADD `expiry_digest` integer DEFAULT false NOT NULL;
ALTER TABLE `organization` ADD `digest_at` integer;
ALTER TABLE `organization` ADD `sending_paused_at` integer;
ALTER TABLE `organization` ADD `sending_paused_for` text;
ALTER TABLE `organization` ADD `sending_resumed_at` integer;
CREATE INDEX `organization_digest` ON `organization` (`digest_at`) WHERE digest_at is not null;