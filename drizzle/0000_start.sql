CREATE TABLE `attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`task_id` integer NOT NULL,
	`number` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`pid` integer,
	`pid_started_at` text,
	`end` text,
	`cause` text,
	`exit_code` integer,
	`signal` text,
	`reason` text,
	`progress` real,
	`message` text,
	`seconds` real,
	FOREIGN KEY (`task_id`) REFERENCES `tasks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_number` ON `attempts` (`task_id`,`number`);--> statement-breakpoint
CREATE TABLE `batches` (
	`task_id` integer PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`frames` text NOT NULL,
	FOREIGN KEY (`task_id`) REFERENCES `tasks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `dependencies` (
	`job_id` integer NOT NULL,
	`parent` integer NOT NULL,
	`child` integer NOT NULL,
	PRIMARY KEY(`job_id`, `parent`, `child`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `edges` (
	`graph_id` integer NOT NULL,
	`position` integer NOT NULL,
	`from_node` integer NOT NULL,
	`from_plug` text NOT NULL,
	`from_key` text,
	`to_node` integer NOT NULL,
	`to_plug` text NOT NULL,
	`to_key` text,
	PRIMARY KEY(`graph_id`, `position`),
	FOREIGN KEY (`graph_id`) REFERENCES `graphs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `graphs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hash` text NOT NULL,
	`name` text NOT NULL,
	`shape` text NOT NULL,
	`scopes` text NOT NULL,
	`source` text NOT NULL,
	`imported_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `graphs_hash_unique` ON `graphs` (`hash`);--> statement-breakpoint
CREATE TABLE `interpreters` (
	`name` text PRIMARY KEY NOT NULL,
	`argv` text NOT NULL,
	`env` text NOT NULL,
	`wrapper` text NOT NULL,
	`limit` integer,
	`evaluator` text NOT NULL,
	`setup` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `job_nodes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` integer NOT NULL,
	`position` integer NOT NULL,
	`node_id` integer NOT NULL,
	`record` text,
	`interpreter` text NOT NULL,
	`batch_size` integer,
	`deferred` integer NOT NULL,
	`dependency` text NOT NULL,
	`merge` text,
	`priority` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `job_nodes_position` ON `job_nodes` (`job_id`,`position`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`graph_id` integer NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`held` integer DEFAULT false NOT NULL,
	`priority` integer DEFAULT 0 NOT NULL,
	`settings` text NOT NULL,
	`interpreters` text NOT NULL,
	FOREIGN KEY (`graph_id`) REFERENCES `graphs`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `nodes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`graph_id` integer NOT NULL,
	`position` integer NOT NULL,
	`scope` integer NOT NULL,
	`identifier` text NOT NULL,
	`name` text NOT NULL,
	`omit` integer NOT NULL,
	`record` text NOT NULL,
	FOREIGN KEY (`graph_id`) REFERENCES `graphs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `nodes_position` ON `nodes` (`graph_id`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `nodes_identifier` ON `nodes` (`graph_id`,`identifier`);--> statement-breakpoint
CREATE TABLE `outputs` (
	`task_id` integer NOT NULL,
	`position` integer NOT NULL,
	`attempt_id` integer NOT NULL,
	`plug` text NOT NULL,
	`key` text,
	`value` text NOT NULL,
	PRIMARY KEY(`task_id`, `position`),
	FOREIGN KEY (`task_id`) REFERENCES `tasks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `tasks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` integer NOT NULL,
	`job_node_id` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`job_node_id`) REFERENCES `job_nodes`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tasks_job` ON `tasks` (`job_id`,`status`);--> statement-breakpoint
CREATE INDEX `tasks_node` ON `tasks` (`job_node_id`);--> statement-breakpoint
CREATE TABLE `trusted` (
	`hash` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
