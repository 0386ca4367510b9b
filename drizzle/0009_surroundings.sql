CREATE TABLE `environments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hash` text NOT NULL,
	`variables` text NOT NULL,
	`hidden` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `environments_hash_unique` ON `environments` (`hash`);--> statement-breakpoint
ALTER TABLE `attempts` ADD `environment_id` integer REFERENCES environments(id);--> statement-breakpoint
ALTER TABLE `attempts` ADD `inputs` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `source` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `deleted_at` integer;