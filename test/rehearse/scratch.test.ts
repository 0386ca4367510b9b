/** The folder of a rehearsal goes with Backlot, however early that is killed; what is not ours stays. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeScratch } from '../../src-main/core/rehearse/scratch.ts'
import { scratch } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'

const hasBubblewrap = spawnSync('bwrap', ['--version']).status === 0
const source = join(import.meta.dirname, '../../src-main/core/rehearse/scratch.ts')

describe.skipIf(process.platform === 'win32')('the folder of a rehearsal', () => {
  test('is gone where Backlot is killed while the folder is tried', async () => {
    const told = join(scratch(), 'told')
    const program = `
      import { writeFileSync } from 'node:fs'
      const { makeScratch } = await import(${JSON.stringify(source)})
      await makeScratch(${JSON.stringify(scratch())}, (folder) => {
        writeFileSync(folder + '/tried', '')
        writeFileSync(${JSON.stringify(told)}, folder)
        return new Promise(() => setInterval(() => undefined, 1000))
      })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
    await until(() => existsSync(told))
    const folder = readFileSync(told, 'utf8')
    expect(existsSync(folder)).toBe(true)
    child.kill('SIGKILL')
    await until(() => !existsSync(folder))
  })

  test.skipIf(!hasBubblewrap)('is gone with a room that outlived it, and with no other', async () => {
    const room = (folder: string) =>
      spawn(
        'bwrap',
        ['--die-with-parent', '--ro-bind', '/', '/', '--unshare-pid', '--setenv', 'ROOM', folder, 'sleep', '600'],
        {
          stdio: 'ignore'
        }
      )
    const made = await makeScratch(scratch(), () => Promise.resolve(true))
    const [own, other] = [room(join(made?.path ?? '', 'r/8')), room('/var/tmp/backlot-rehearsal-0')]
    const end = new Promise((resolve) => own.once('exit', (_, signal) => resolve(signal)))
    await until(() => [own, other].every(({ pid }) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bwrap\n'))
    await made?.remove()
    expect(await end).toBe('SIGKILL')
    expect(existsSync(made?.path ?? '')).toBe(false)
    expect(other.exitCode ?? other.signalCode).toBeNull()
    other.kill('SIGKILL')
  })

  test('is not made where nobody could remove it', async () => {
    const { PATH } = process.env
    process.env.PATH = scratch()
    try {
      expect(await makeScratch(scratch(), () => Promise.reject(new Error('it was made')))).toBeNull()
    } finally {
      process.env.PATH = PATH
    }
  })

  test('is removed where it will not do, and by whoever had it', async () => {
    const tried: string[] = []
    expect(
      await makeScratch(scratch(), (folder) => {
        tried.push(folder)
        return Promise.resolve(false)
      })
    ).toBeNull()
    expect(tried.length).toBeGreaterThan(0)
    expect(tried.filter((folder) => existsSync(folder))).toEqual([])
    const made = await makeScratch(scratch(), () => Promise.resolve(true))
    writeFileSync(join(made?.path ?? '', 'l', 'x'), '')
    mkdirSync(join(made?.path ?? '', 'w', 'y'))
    await made?.remove()
    expect(existsSync(made?.path ?? '')).toBe(false)
  })
})
