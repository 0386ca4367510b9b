ALTER TABLE `attempts` ADD `fingerprint` text;--> statement-breakpoint
ALTER TABLE `attempts` ADD `files_read` integer;--> statement-breakpoint
ALTER TABLE `attempts` ADD `files_written` integer;--> statement-breakpoint
ALTER TABLE `job_nodes` ADD `code` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `origin` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `code` text;