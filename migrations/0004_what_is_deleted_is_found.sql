CREATE INDEX `invitation_accepted` ON `invitation` (`accepted_by`) WHERE accepted_by is not null;
CREATE INDEX `organization_due` ON `organization` (`delete_at`) WHERE delete_at is not null;