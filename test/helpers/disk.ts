/** Small disks to fill: a tmpfs, which only root on Linux may mount. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from './mount.ts'

/** Mounts a tmpfs of so many kB; null where that is not allowed. */
export function smallDisk(kilobytes: number): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-disk-'))
  const drop = () => rmSync(folder, { recursive: true, force: true })
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder)) {
    drop()
    return null
  }
  onTestFinished(() => {
    run('umount', '-l', folder)
    drop()
  })
  return folder
}

export const makeReadOnly = (folder: string): boolean => run('mount', '-o', 'remount,ro', folder)

/** Fills a disk to its last byte; returns how to free it again. */
export function fillUp(folder: string): () => void {
  const path = join(folder, 'filler')
  const file = openSync(path, 'w')
  const drop = () => rmSync(path, { force: true })
  try {
    for (const size of [1 << 16, 1 << 12, 1]) writeUntilFull(file, Buffer.alloc(size))
  } finally {
    closeSync(file)
  }
  return drop
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
