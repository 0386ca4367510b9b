import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAlive, isPidTaken } from '../../src-main/core/process/identity.ts'
import { processes } from '../../src-main/core/process/processes.ts'
import { scratch } from '../helpers/app.ts'

/** `sh -c TEXT`; `go` makes a file of that name in its folder. */
function shell(text: string) {
  const folder = scratch()
  const log = join(folder, 'log')
  writeFileSync(log, '')
  const running = processes.start({ argv: ['/bin/sh', '-c', text], cwd: folder, env: {}, log, pid: null })
  return { ...running, go: () => writeFileSync(join(folder, 'go'), '') }
}

describe('whether a process is alive', () => {
  test('its pid with another start is another process that was given the pid', () => {
    const started = processes.startOf(process.pid)
    expect(started).not.toBe(null)
    expect(isAlive(process.pid, started)).toBe(true)
    expect(isAlive(process.pid, `${started}0`)).toBe(false)
  })

  test('whose start nobody knows may be anybody: it is none of ours, though its pid is taken', () => {
    expect(isAlive(process.pid, null)).toBe(false)
    expect(isPidTaken(process.pid)).toBe(true)
  })

  test('that has ended is not', async () => {
    const { pid, startedAt, ended, go } = shell('while ! test -e go; do sleep 0.01; done')
    expect(isAlive(pid, startedAt)).toBe(true)
    go()
    expect(await ended).toEqual({ kind: 'exit', code: 0 })
    expect([isAlive(pid, startedAt), isPidTaken(pid)]).toEqual([false, false])
  })
})
