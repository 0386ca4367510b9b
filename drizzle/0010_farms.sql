ALTER TABLE `attempts` ADD `host` text;--> statement-breakpoint
ALTER TABLE `attempts` ADD `farm_log` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `farm` text;