import { spawnSync } from 'node:child_process'

/** Whether mandoc is there to look at the manual page; asked for its version it would wait for a page. */
export const mandoc = (): boolean => spawnSync('mandoc', ['-T', 'lint'], { input: '' }).error === undefined
