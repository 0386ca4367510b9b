// how processes end, what they may take, and the machines they run on, as users met it: through the built command line
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from '../helpers/app.ts'
import { backlot, backlotIn, cli, startBacklot, startBacklotIn, until } from '../helpers/cli.ts'
import { mayMount } from '../helpers/mount.ts'
import { plainJob, shellJob } from '../helpers/plain.ts'

interface Attempt {
  reason: string | null
  cause: string | null
  peakMemory: number
  took: number
}

const attemptOf = (dataDir: string, task = 'A'): Attempt =>
  (JSON.parse(backlot(dataDir, 'attempts', task, '--json').out) as Attempt[]).at(-1) as Attempt

describe('a plain command that fails says how, and no more', () => {
  test.each([
    ['echo hi; exit 3', 'exit code 3'],
    ['kill -9 $$', 'the process was killed by SIGKILL'],
    ['kill -SEGV $$', 'the process was killed by SIGSEGV'],
    ['sh -c "kill -9 \\$\\$"; exit $?', 'exit code 137 (SIGKILL: a shell adds 128 to its number)'],
    ['exit 139', 'exit code 139 (SIGSEGV: a shell adds 128 to its number)'],
    ['exit 255', 'exit code 255']
  ])('%s: %s', async (text, reason) => {
    const { dataDir, path } = await shellJob(text)
    expect(backlot(dataDir, 'run', path, '--trust').code).toBe(1)
    expect(attemptOf(dataDir).reason).toBe(reason)
  })
})

/** Python that has so many MB in memory and then waits. */
const hold = (mb: number, seconds = 30) =>
  `python3 -c "x = bytearray(${mb} * 1000000); import time; time.sleep(${seconds})"; true`

describe.skipIf(process.platform !== 'linux')('memory', () => {
  test('of a task that was killed counts all of its processes', async () => {
    const { dataDir, path } = await shellJob(hold(300))
    backlot(dataDir, 'run', path, '--trust', '--timeout', '5')
    expect(attemptOf(dataDir).peakMemory).toBeGreaterThan(300e6)
    expect(attemptOf(dataDir).peakMemory).toBeLessThan(400e6)
  })

  test('of several processes counts together, what they share once', async () => {
    const fork = 'x = bytearray(200 * 1000000); import os, time; [os.fork() for _ in range(2)]; time.sleep(1.5)'
    const { dataDir, path } = await plainJob({ name: 'A', argv: ['python3', '-c', fork] })
    backlot(dataDir, 'run', path, '--trust')
    expect(attemptOf(dataDir).peakMemory).toBeGreaterThan(200e6)
    expect(attemptOf(dataDir).peakMemory).toBeLessThan(350e6)
  })

  test('above the limit of the run ends the task, with both figures', async () => {
    const { dataDir, path } = await shellJob(hold(300))
    expect(backlot(dataDir, 'run', path, '--trust', '--memory', '100 MB').code).toBe(1)
    expect(attemptOf(dataDir)).toMatchObject({
      cause: 'memory',
      reason: expect.stringMatching(/^it had \d+\.\d MB in memory, more than its limit of 100\.0 MB \(--memory\)$/)
    })
  })

  test('is limited by the node, before the run and the interpreter', async () => {
    const { dataDir, path } = await shellJob(hold(150, 1), { memory: '1 GB' })
    expect(backlot(dataDir, 'interpreter', 'set', 'run-A', '--memory', '60 MB').code).toBe(0)
    expect(backlot(dataDir, 'run', path, '--trust', '--memory', '50MB').code).toBe(0)
  })

  test('is limited by the interpreter where nobody else says so', async () => {
    const { dataDir, path } = await shellJob(hold(150))
    expect(backlot(dataDir, 'interpreter', 'set', 'run-A', '--memory', '60 MB').code).toBe(0)
    expect(backlot(dataDir, 'run', path, '--trust').code).toBe(1)
    expect(attemptOf(dataDir).reason).toContain('more than its limit of 60.0 MB (interpreter run-A)')
  })

  test.each([['lots'], [16], ['0 GB'], [[1]], [-4e9]])(
    'a limit of %j is refused before anything runs',
    async (memory) => {
      const { dataDir, path } = await shellJob('true', { memory })
      const ran = backlot(dataDir, 'run', path, '--trust')
      expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/^backlot: node "?A"?: metadata.memory is /) })
      expect(backlot(dataDir, 'run', path, '--trust', '--memory', 'x').code).toBe(2)
    }
  )
})

describe('a Backlot that was stopped for longer than the limits fails no task for it', () => {
  test.each(['during', 'after'])('that ended %s the stop', async (when) => {
    const folder = scratch()
    const go = join(folder, 'go')
    const { dataDir, path } = await shellJob(
      `touch ${folder}/began; while ! test -e ${go}; do sleep 0.02; done; touch ${folder}/ended`
    )
    const { child, ended } = startBacklot(dataDir, 'run', path, '--trust', '--timeout', '4', '--silence', '4')
    await until(() => existsSync(join(folder, 'began')))
    child.kill('SIGSTOP')
    if (when === 'during') writeFileSync(go, '')
    if (when === 'during') await until(() => existsSync(join(folder, 'ended')))
    const at = performance.now()
    await until(() => performance.now() - at > 4500)
    child.kill('SIGCONT')
    // it goes on for longer than the tick with which the limits are looked at
    const on = performance.now()
    await until(() => performance.now() - on > 500)
    writeFileSync(go, '')
    expect(await ended).toMatchObject({ code: 0 })
  })
})

test('a python3 on the PATH that hangs: commands are started without it, which is said', async () => {
  const folder = scratch()
  writeFileSync(join(folder, 'python3'), `#!/bin/sh\necho $$ > ${folder}/pid\nsleep 600\n`, { mode: 0o755 })
  const { dataDir, path } = await shellJob('echo done')
  const ran = backlotIn(
    { PATH: `${folder}:${process.env.PATH ?? ''}` },
    dataDir,
    'run',
    path,
    '--trust',
    '--timeout',
    '2'
  )
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('python3 on the PATH did not answer') })
  const left = spawnSync('pgrep', ['-f', join(folder, 'python3')], { encoding: 'utf8' })
  expect(left.stdout).toBe('')
})

const cc = spawnSync('cc', ['--version']).status === 0

describe.skipIf(!cc || process.platform !== 'linux')('a wall clock that is set while a job runs', () => {
  test.each([-3600, 3600])('by %i s: durations are what they are', async (seconds) => {
    const folder = scratch()
    const library = join(folder, 'shift.so')
    const source = join(import.meta.dirname, '../fixtures/clock/shift.c')
    expect(spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']).status).toBe(0)
    const waits = `touch ${folder}/began; while ! test -e ${folder}/shift; do sleep 0.02; done; sleep 0.3`
    const { dataDir, path } = await plainJob(
      { name: 'A', argv: ['sh', '-c', waits] },
      { name: 'B', argv: ['sh', '-c', 'sleep 0.3'] }
    )
    const env = { LD_PRELOAD: library, SHIFT_FILE: join(folder, 'shift'), SHIFT_SECONDS: String(seconds) }
    const running = startBacklotIn(env, dataDir, 'run', path, '--trust')
    await until(() => existsSync(join(folder, 'began')))
    writeFileSync(join(folder, 'shift'), '')
    const { code, err } = await running.ended
    expect(code).toBe(0)
    const said = [...err.matchAll(/(?:succeeded [AB]|job 1 .*succeeded) in (.*?)(?::|\n|$)/g)].map(([, time]) => time)
    expect(said).toEqual([
      expect.stringMatching(oneDigit),
      expect.stringMatching(oneDigit),
      expect.stringMatching(oneDigit)
    ])
    for (const command of ['jobs', 'tasks']) expect(backlotIn(env, dataDir, command).out).toMatch(/ \d\.\d s/)
    for (const task of ['A', 'B']) expect(attemptOf(dataDir, task).took).toBeLessThan(10)
    const [job] = JSON.parse(backlot(dataDir, 'jobs', '--json').out) as { startedAt: string; endedAt: string }[]
    expect(Date.parse(job?.endedAt ?? '') - Date.parse(job?.startedAt ?? '')).toBeGreaterThan(0)
    expect(Date.parse(job?.endedAt ?? '') - Date.parse(job?.startedAt ?? '')).toBeLessThan(20_000)
  })
})

/** a time of some seconds, which a clock that jumps by an hour never shows */
const oneDigit = /^\d\.\d s$/

const setpriv = spawnSync('setpriv', ['--version']).status === 0

describe('machines that lack something', () => {
  test.skipIf(!mayMount() || !setpriv)('no HOME and no entry in passwd: works where the data folder is given', () => {
    const folder = scratch()
    chmodSync(folder, 0o777)
    const nobody = (...argv: string[]) => {
      const who = [
        '--reuid',
        '12345',
        '--regid',
        '12345',
        '--clear-groups',
        'env',
        '-u',
        'HOME',
        '-u',
        'BACKLOT_DATA_DIR'
      ]
      const done = spawnSync('setpriv', [...who, ...argv], { encoding: 'utf8' })
      return { code: done.status, out: done.stdout, err: done.stderr }
    }
    const given = nobody(`BACKLOT_DATA_DIR=${folder}`, process.execPath, cli, 'jobs')
    expect(given).toMatchObject({ code: 0, err: '' })
    const none = nobody(process.execPath, cli, 'jobs')
    expect(none).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^backlot: HOME is not set .*--data-dir.*\n$/)
    })
  })

  test.each([
    ['/proc/x', 'ENOENT'],
    ['/proc/x/y/z', 'ENOENT'],
    [join(import.meta.dirname, 'processes.test.ts'), 'it is a file'],
    [join(import.meta.dirname, 'processes.test.ts', 'x'), 'ENOTDIR']
  ])('a data folder that cannot be (%s) is refused in one sentence', (folder, why) => {
    const done = spawnSync(process.execPath, [cli, 'jobs'], {
      encoding: 'utf8',
      env: { ...process.env, BACKLOT_DATA_DIR: folder },
      timeout: 60_000
    })
    expect(done.status).toBe(2)
    expect(done.stderr.trim().split('\n')).toEqual([expect.stringContaining(why)])
  })

  test.skipIf(process.platform !== 'linux')('too few open files are refused in one sentence', () => {
    const dataDir = join(scratch(), 'data')
    mkdirSync(dataDir)
    const command = `ulimit -n 32; exec "$0" "$@"`
    const argv = ['-c', command, process.execPath, cli, '--data-dir', dataDir, 'jobs']
    const done = spawnSync('/bin/sh', argv, { encoding: 'utf8' })
    expect(done.status).toBe(2)
    expect(done.stderr.trim().split('\n')).toEqual([expect.stringContaining('ulimit -n')])
  })
})
