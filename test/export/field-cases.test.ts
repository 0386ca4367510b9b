// what people met with exports, as they met it: through the built command line
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { exportFormats, farmNames } from '../../src-main/domain/formats.ts'
import { shippedEntry, type Interpreter } from '../../src-main/domain/interpreter.ts'
import { testApp } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'
import { Field } from '../helpers/field.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { openjd, openjdRust } from '../helpers/openjd.ts'

// each starts the command line dozens of times
vi.setConfig({ testTimeout: 300_000 })

/** The report of `export --check`, a line a problem, without the remedies. */
function reported(one: Field, format: string, ...more: string[]): string[] {
  const { out, code } = one.backlot('export', '--format', format, '--check', ...more)
  expect([format, code]).toEqual([format, 0])
  return out.split('\n').filter((line) => line !== '' && !line.startsWith('  →'))
}

/** A job whose nodes have not run: Ctrl-C while the first one waits for `hold` to go. */
async function interrupted(name: string, ...flags: string[]): Promise<Field> {
  const one = new Field(name)
  writeFileSync(one.at('hold'), '')
  const { child, ended, err } = one.start('run', 'graph.py', '--trust', ...flags)
  onTestFinished(() => void child.kill('SIGKILL'))
  await until(() => child.exitCode !== null || one.backlot('tasks').out.includes('running'))
  expect(child.exitCode, err()).toBe(null)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  rmSync(one.at('hold'))
  return one
}

/** Runs every task of a bundle, and brings the results back; what `run.sh` ended with. */
function ranBundle(one: Field): number | null {
  expect(one.backlot('export', '--format', 'bundle', '--out', 'out').code).toBe(0)
  const { code } = one.sh({}, 'sh', 'out/run.sh')
  one.backlot('pull', 'out')
  return code
}

describe.skipIf(!flowpipe())('frames that upstream gives', () => {
  test('as range text are the same frames on the farm', async () => {
    const one = await interrupted('13-deferred-text')
    expect(ranBundle(one)).toBe(0)
    expect(one.outputs()).toMatchObject({ 'render files': ['f.1001', 'f.1002', 'f.1003', 'f.1004'] })
  })

  test('are reduced to those of --frames, here and on the farm', async () => {
    const one = await interrupted('14-deferred-frames-filter', '--frames', '1002')
    expect(ranBundle(one)).toBe(0)
    const only = { 'render files': ['f.1002'], 'static files': ['f.1002'] }
    expect(one.outputs()).toMatchObject(only)
    expect(one.backlot('run', 'graph.py', '--trust', '--frames', '1002').code).toBe(0)
    expect(one.outputs()).toMatchObject(only)
    expect(one.backlot('run', 'only.py', '--trust', '--frames', '1003-1004').code).toBe(0)
    expect(one.outputs()).toMatchObject({ 'render files': ['f.1003', 'f.1004'] })
    const none = one.backlot('run', 'only.py', '--trust', '--frames', '7')
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('plan.frames: none of the frames asked for (7)')])
  })

  test('that are none fail here and there', async () => {
    const one = await interrupted('13-deferred-text')
    const graph = one.read('graph.py').replace('"1001-1004"', '[]')
    writeFileSync(one.at('graph.py'), graph)
    expect(ranBundle(one)).toBe(1)
    expect(one.backlot('tasks').out).toMatch(/failed .*cannot be batched by plan\.frames: no frames/)
  })
})

describe.skipIf(!flowpipe())('a failure that the log tells', () => {
  test.each([
    ['print("openjd_fail: licence lost")', 'the log says it failed: licence lost', 1],
    ['print("TR_EXIT_STATUS 3")', 'the log says exit status 3', 3],
    ['print("rendering\\ropenjd_fail: late")', 'the log says it failed: late', 1],
    ['print("[ PARSER ERROR ] no scene")', 'the log says it failed: [ PARSER ERROR ] no scene', 1],
    ['print("x Error: There was a fatal error rendering the scene")', 'There was a fatal error rendering the scene', 1],
    ['__import__("os")._exit(0)', 'no result', 1]
  ])('%s: the farm’s task fails as ours does', (line, reason, code) => {
    const one = new Field('21-told-failure')
    writeFileSync(one.at('graph.py'), one.read('graph.py').replace('print("openjd_fail: licence lost")', line))
    expect(one.backlot('run', 'graph.py', '--trust').code).toBe(1)
    expect(one.backlot('export', '--format', 'slurm', '--out', 'out').code).toBe(0)
    const ran = one.sh({}, 'sh', 'out/commands/0.sh', '0/0')
    expect(ran.code).toBe(code)
    expect(one.backlot('pull', 'out').code).toBe(1)
    expect(one.backlot('tasks').out).toContain(reason)
  })

  test('counts not in commands without our script, and their reports say so', () => {
    const one = new Field('21-told-failure')
    one.backlot('run', 'graph.py', '--trust')
    for (const format of ['job-json', 'bundle']) expect(reported(one, format).join()).toContain('openjd_fail')
    for (const format of farmNames) expect(reported(one, format).join()).not.toContain('openjd_fail')
  })

  test('a warning fails a strict task there as well, and no other', () => {
    const one = new Field('21-told-failure')
    const warns = one.read('graph.py').replace('openjd_fail: licence lost', 'Could not open texture file /x.tx')
    writeFileSync(one.at('graph.py'), warns)
    for (const [flags, code] of [
      [[], 0],
      [['--strict'], 1]
    ] as const) {
      expect(one.backlot('run', 'graph.py', '--trust', ...flags).code).toBe(code)
      expect(one.backlot('export', '--format', 'slurm', '--out', `out${code}`).code).toBe(0)
      expect(one.sh({}, 'sh', `out${code}/commands/0.sh`, '0/0').code).toBe(code)
    }
  })
})

describe.skipIf(!flowpipe())('OpenJD', () => {
  const run = (one: Field, program: string) => one.sh({}, program, 'run', 'out/template.yaml')

  test.each([
    ['01-openjd-noncontiguous-rust', ['f.1', 'f.2', 'f.4', 'f.6', 'f.8']],
    ['23-colon-in-folder', [1, 11, 21, 31, 41, 51, 61, 71, 81, 91].map((frame) => `f.${frame}`)]
  ])('%s: every engine runs it, whatever its words for frames', (name, files) => {
    const one = new Field(name)
    expect(one.backlot('run', 'graph.py', '--trust').code).toBe(0)
    expect(one.backlot('export', '--format', 'openjd', '--out', 'out', '--verify').code).toBe(0)
    expect(readdirSync(one.at('out', 'tasks', '0')).every((folder) => /^\d+$/.test(folder))).toBe(true)
    for (const program of [...(openjd() ? ['openjd'] : []), ...(openjdRust() ? ['openjd-rs'] : [])]) {
      rmSync(one.at('out'), { recursive: true })
      one.backlot('export', '--format', 'openjd', '--out', 'out', '1')
      expect(run(one, program)).toMatchObject({ code: 0 })
      one.backlot('pull', 'out')
      expect(Object.values(one.outputs())).toEqual([files])
    }
  })

  test('a range is looked up by the frames that it means; one that was cut otherwise is refused', () => {
    const one = new Field('01-openjd-noncontiguous-rust')
    one.backlot('run', 'graph.py', '--trust')
    one.backlot('export', '--format', 'openjd', '--out', 'out')
    const asked = (text: string) => one.sh({}, 'sh', 'out/commands/frames.sh', 'commands/0.sh', '0', text).code
    for (const text of ['1,2-8:2', '1-2,4-8:2', '1,2,4,6,8', '8-2:-2,1', '2,1,8,4-6:2'])
      expect([text, asked(text)]).toEqual([text, 0])
    for (const text of ['1-8', '1,2,4,6', '1', '', 'x', '1-8:0', '1,2-8:2,9'])
      expect([text, asked(text)]).toEqual([text, 1])
  })

  test.each(['12-many', '25-openjd-10000'])('%s: more tasks than Deadline Cloud takes are told', async (name) => {
    const one = new Field(name)
    // made, not run: tens of thousands of tasks take their time
    const t = testApp({ dataDir: one.dataDir })
    await t.ask('interpreter.set', { ...(shippedEntry('python') as Interpreter), name: 'nop' })
    process.env.PYTHONPATH = [one.path, process.env.PYTHONPATH].filter(Boolean).join(delimiter)
    await t.ask('job.create', {
      source: { path: one.at('graph.py') },
      options: { map: { python: 'nop' } },
      force: true
    })
    await t.app.close()
    expect(reported(one, 'openjd').join()).toContain('Deadline Cloud takes a job of at most 10,000')
  })
})

describe.skipIf(!flowpipe())('loss reports', () => {
  test('43 awkward names: a line each, cut, and every changed name can be found again', () => {
    const one = new Field('03-names')
    expect(one.backlot('run', 'graph.py', '--trust').code).toBe(0)
    for (const format of exportFormats) {
      const lines = reported(one, format)
      expect(lines.filter((line) => !/^(?:error|warning|info) /.test(line))).toEqual([])
      expect(lines.filter((line) => line.length > 1200)).toEqual([])
      expect(lines.join('\n')).not.toMatch(/n{100}/)
    }
    const renamed = reported(one, 'slurm').filter((line) => line.includes('its array is called'))
    expect(renamed).toHaveLength(33)
    expect(new Set(renamed).size).toBe(renamed.length)
  })

  test('no control character of a name reaches the terminal, in any command', () => {
    const one = new Field('04-control-in-report')
    writeFileSync(
      one.at('graph.py'),
      one.read('graph.py').replace('\\x1b[31m', '\\x1b[31m\\u009b31m\\u202e\\u2028\\x7f')
    )
    // eslint-disable-next-line no-control-regex -- what must not be there
    const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u202e]/
    const commands = [
      ['run', 'graph.py', '--trust'],
      ['preflight', 'graph.py'],
      ['convert', 'graph.py'],
      ['convert', 'graph.py', '--json'],
      ['convert', 'graph.py', '--guide'],
      ['graph', 'show', 'graph.py'],
      ['graph', 'show', 'graph.py', '--list'],
      ['graph', 'show', 'graph.py', '--json'],
      ...['tasks', 'outputs', 'jobs'].flatMap((name) => [[name], [name, '--json']]),
      ...exportFormats.map((format) => ['export', '--format', format, '--check']),
      ['why', '1'],
      ['log', '1'],
      ['run', 'graph.py', '--trust', '--only', 'nobody\u001b[31m\u0007'],
      ['compare', '1', '1', '--all'],
      ['export', '--format', 'bundle', '--out', 'out']
    ]
    for (const args of commands) {
      const { out, err } = one.backlot(...args)
      expect([args, acting.test(out + err)]).toEqual([args, false])
      expect([args, /^warning b: everything is fine/m.test(out + err)]).toEqual([args, false])
      if (args.includes('--json')) JSON.parse(out)
    }
    expect(acting.test(one.sh({}, 'sh', 'out/run.sh').out)).toBe(false)
  })

  test('what the settings are is carried or told by every format', () => {
    const one = new Field('06-settings')
    const flags = ['--retries', '5', '--timeout', '90.5', '--silence', '30', '--fail-fast']
    expect(one.backlot('run', 'graph.py', '--trust', ...flags).code).toBe(0)
    one.backlot('export', '--format', 'tractor', '--out', 'out', '--verify')
    expect(one.read('out', 'job.alf')).toContain('-maxrunsecs {91}')
    expect(reported(one, 'tractor')).toContain('warning the limit of time of 90.5 s becomes 91 s')
    for (const format of exportFormats) {
      const text = reported(one, format).join('\n')
      expect([format, text]).toEqual([format, expect.stringMatching(/30 s|1 min/)])
      if (format !== 'opencue' && format !== 'openjd')
        expect([format, text]).toEqual([format, expect.stringMatching(/retries|6 errors|tried 6 times/)])
    }
  })

  test('a module that only PYTHONPATH finds is told, whatever the shell has by then', () => {
    const one = new Field('08-pythonpath')
    const env = { PYTHONPATH: `${one.at('deps')}:${one.folder}` }
    expect(one.backlotIn(env, 'run', 'graph.py', '--trust').code).toBe(0)
    for (const format of exportFormats) {
      const lines = reported(one, format)
      expect([format, lines.join('\n')]).toEqual([
        format,
        expect.stringMatching(/studio_lib\.py from .*deps: found here by PYTHONPATH/)
      ])
    }
  })

  test('variables that the run had are told, not those of the shell that exports', () => {
    const one = new Field('08-pythonpath')
    const env = { PYTHONPATH: `${one.at('deps')}:${one.folder}`, SHOW: 'film', OCIO: '/x', SHOW_TOKEN: 'hush' }
    expect(one.backlotIn(env, 'run', 'graph.py', '--trust').code).toBe(0)
    const check = ['export', '--format', 'slurm', '--check']
    const { out } = one.backlotIn({ LATER: 'yes' }, ...check)
    expect(out).toMatch(/variables that its run had .*OCIO.*PYTHONPATH.*SHOW, SHOW_TOKEN/)
    expect(out).not.toContain('LATER')
  })

  test('a bundle and a job JSON say what they drop', () => {
    const one = new Field('24-bundle-claims')
    expect(one.backlot('run', 'graph.py', '--trust', '--retries', '2', '--timeout', '60', '--silence', '20').code).toBe(
      1
    )
    for (const format of ['bundle', 'job-json']) {
      const text = reported(one, format).join('\n')
      for (const part of ['2 retries', '60 s', '20 s', 'a failure that a log tells']) expect(text).toContain(part)
      expect(text).not.toContain('carries all')
    }
    expect(reported(one, 'bundle').join('\n')).toContain('run.sh stops at the first failure')
  })
})

/** Names that file systems and shares of Windows take. */
const portable = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9_-](?:[\w.-]*[\w-])?$/i

test.skipIf(!flowpipe())('every path of every export is one that every file system takes', () => {
  const one = new Field('23-colon-in-folder')
  const awkward = one.read('graph.py').replace('"1-100x10"', '[-5, -3, 1, 2.5, "a:b", "<x>|?*"]')
  writeFileSync(one.at('odd.py'), awkward)
  for (const file of ['graph.py', 'odd.py']) {
    expect(one.backlot('run', file, '--trust').code).toBe(0)
    for (const format of exportFormats.filter((name) => name !== 'job-json')) {
      const out = `${file}-${format}`
      expect(one.backlot('export', '--format', format, '--out', out, '--verify').code).toBe(0)
      const paths = readdirSync(one.at(out), { recursive: true, encoding: 'utf8' })
      expect(paths.filter((path) => !path.split('/').every((part) => portable.test(part)))).toEqual([])
      expect(existsSync(join(one.at(out), 'bundle.json'))).toBe(true)
    }
  }
})
