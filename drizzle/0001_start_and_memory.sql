ALTER TABLE `attempts` ADD `peak_memory` integer;--> statement-breakpoint
ALTER TABLE `interpreters` ADD `start` text DEFAULT 'cold' NOT NULL;