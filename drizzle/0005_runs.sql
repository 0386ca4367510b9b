ALTER TABLE `attempts` ADD `took` integer;--> statement-breakpoint
ALTER TABLE `attempts` ADD `nth` integer;--> statement-breakpoint
ALTER TABLE `attempts` ADD `wrote` text;--> statement-breakpoint
ALTER TABLE `attempts` ADD `warnings` integer;--> statement-breakpoint
ALTER TABLE `interpreters` ADD `memory` integer;--> statement-breakpoint
ALTER TABLE `interpreters` ADD `reset` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `interpreters` ADD `rules` text;