ALTER TABLE `attempts` ADD `fingerprint` text;--> statement-breakpoint
ALTER TABLE `attempts` ADD `files_read` integer;--> statement-breakpoint
ALTER TABLE `attempts` ADD `files_written` integer;--> statement-breakpoint
CREATE INDEX `attempts_files` ON `attempts` (`task_id`) WHERE "attempts"."files_read" > 0 or "attempts"."files_written" > 0;--> statement-breakpoint
ALTER TABLE `job_nodes` ADD `code` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `origin` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `code` text;