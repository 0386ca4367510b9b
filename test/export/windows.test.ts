/** Exports for a farm that runs Windows: Python in place of the shell. The scripts run here as they do there. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { workerFile } from '../../src-main/domain/worker.ts'
import { scratch } from '../helpers/app.ts'
import { outputsOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { entryOf, pythonJob } from '../helpers/python-job.ts'

const python = (cwd: string, ...args: string[]) => spawnSync('python3', args, { cwd, encoding: 'utf8' })

/** A job whose worker profile says so, exported. */
async function exported(profile: string, body: string, format: 'bundle' | 'openjd' | 'deadline' = 'bundle') {
  const folder = scratch()
  writeFileSync(join(folder, workerFile), profile)
  const job = await pythonJob(entryOf('python', { start: 'cold' }), { body }, { folder })
  const out = join(folder, 'out')
  const done = await job.t.ask('job.export', { job: job.job, format, out, verify: true })
  return { ...job, out, done }
}

describe.skipIf(!flowpipe())('where workers run Windows', () => {
  test('a bundle runs without a shell, and its results come back', async () => {
    const { t, out } = await exported('os: windows\n', "print('frame', frames)\nreturn {'out': frames[0] * 2}")
    const ran = python('/', join(out, 'run.py'))
    expect([ran.status, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toContain('frame [2]')
    expect(readFileSync(join(out, 'tasks/0/0/log.1.txt'), 'utf8')).toMatch(
      /^# backlot task 0\/0, attempt 1, in .*\n# command: python3 .*\n# output:\nframe \[0\]\n/
    )
    expect(readFileSync(join(out, 'tasks/0/0/attempts.txt'), 'utf8')).toMatch(
      /^1 began \d+ on \S+\n1 process \d+\n1 ended \d+ 0\n$/
    )
    const pulled = await t.ask('job.pull', { path: out })
    expect(pulled).toMatchObject({ succeeded: 3, failed: 0, missing: 0 })
    expect(JSON.parse(Object.values(await outputsOf(t, pulled.job))[0] ?? '')).toEqual([0, 2, 4])
  })

  test('what a log tells of a failure is one, and so is a task that is not there', async () => {
    const { t, out } = await exported('os: windows\n', "print('openjd_fail: no licence')\nreturn {'out': 1}")
    const ran = python(out, 'commands/0.py', '0/1')
    expect([ran.status, ran.stderr]).toEqual([1, 'backlot: the log says it failed: no licence\n'])
    expect(python(out, 'commands/0.py', '0/9').stderr).toContain('there is no task 0/9')
    expect(await t.ask('job.pull', { path: out })).toMatchObject({ succeeded: 0, failed: 1, missing: 2 })
  })

  test('OpenJD asks for Windows and starts Python; frames find their task', async () => {
    const { out, done } = await exported('os: windows\n', "return {'out': frames}", 'openjd')
    expect(done.verified).toBe(true)
    const template = readFileSync(join(out, 'template.yaml'), 'utf8')
    expect(template).toContain('command: "python"')
    expect(template).toContain('- "windows"')
    expect(template).not.toContain('.sh')
    const byFrames = existsSync(join(out, 'commands/frames.py'))
    const args = byFrames ? ['commands/frames.py', 'commands/0.py', '0', '1'] : ['commands/0.py', '0/1']
    expect(python(out, ...args).status).toBe(0)
    expect(existsSync(join(out, byFrames ? 'nodes/0.frames' : 'tasks/0/1/result.json'))).toBe(true)
  })

  test('Deadline starts Python', async () => {
    const { done, out } = await exported('os: windows\n', "return {'out': frames}", 'deadline')
    expect(done.verified).toBe(true)
    const plugin = spawnSync('grep', ['-rh', '^Executable=\\|^Arguments=', out], { encoding: 'utf8' }).stdout
    expect(plugin).toBe('Executable=python\nArguments=commands/0.py 0/<STARTFRAME>\n')
  })
})

describe.skipIf(!flowpipe())('folders that workers see elsewhere', () => {
  test('are theirs in an export, and ours in what comes back', async () => {
    const [here, there] = [join(scratch(), 'here'), join(scratch(), 'there')]
    mkdirSync(here)
    symlinkSync(here, there)
    const body = `import os\nreturn {'out': os.path.join(${JSON.stringify(there)}, 'a.%d.exr' % frames[0])}`
    const { t, out } = await exported(`paths: {${here}: ${there}}\n`, body)
    expect(spawnSync('sh', ['run.sh'], { cwd: out }).status).toBe(0)
    const pulled = await t.ask('job.pull', { path: out })
    const names = JSON.parse(Object.values(await outputsOf(t, pulled.job))[0] ?? '[]') as string[]
    expect(names).toEqual([0, 1, 2].map((frame) => join(here, `a.${frame}.exr`)))
  })

  test('on Windows are in records and commands as Windows has them', async () => {
    const folder = scratch()
    writeFileSync(join(folder, workerFile), `os: windows\npaths: {"${folder}": 'P:\\show'}\n`)
    const entry = entryOf('python', { start: 'cold', env: { ROOT: join(folder, 'x') } })
    const job = await pythonJob(entry, { body: "return {'out': 1}" }, { folder })
    const out = join(folder, 'out')
    await job.t.ask('job.export', { job: job.job, format: 'bundle', out })
    const node = JSON.parse(readFileSync(join(out, 'nodes/0.json'), 'utf8')) as { record: { file_location: string } }
    expect(node.record.file_location).toBe('P:\\show\\own_nodes.py')
    const start = JSON.parse(readFileSync(join(out, 'commands/0.json'), 'utf8')) as { env: Record<string, string> }
    expect(start.env.ROOT).toBe('P:\\show\\x')
  })
})
