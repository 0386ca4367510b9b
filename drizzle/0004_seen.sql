CREATE TABLE `seen` (
	`attempt_id` integer PRIMARY KEY NOT NULL,
	`what` text NOT NULL,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE cascade
);
