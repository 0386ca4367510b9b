// what renderers, scripts and tools print, through the built command line
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { Fails, Print } from './fixtures/nodes/printing.ts'
import { Step } from './fixtures/nodes/steps.ts'
import { scratch } from './helpers/app.ts'
import { backlot, graphFile } from './helpers/cli.ts'
import { flowpipe } from './helpers/flowpipe.ts'

/** The lines of the field case dcc/04, and what is to be seen of them: percent, a message, or a file. */
const lines: Readonly<Record<string, [line: string, seen: number | string]>> = {
  cycles: ['Fra:12 Mem:12.54M (Peak 14.30M) | Time:00:00.62 | Scene, ViewLayer | Sample 32/64', 50],
  tiles: ['Fra:12 Mem:12.54M (Peak 14.30M) | Time:00:00.62 | Mem:2.88M | Scene, ViewLayer | Rendered 17/34 Tiles', 50],
  eevee: ['Fra:12 Mem:12.54M (Peak 14.30M) | Time:00:00.62 | Rendering 32 / 64 samples', 50],
  blender5: ["00:03.123  render           | Saved: '/renders/five.0001.png'", '/renders/five.0001.png'],
  blender3: ["Saved: '/renders/three.0001.png'", '/renders/three.0001.png'],
  anim: ['Append frame 12', 'frame 12'],
  arnold: ['00:00:05  1234MB         |    45% done - 123 rays/pixel', 45],
  renderman: ['R90000   45%', 45],
  karma: ['ALF_PROGRESS 45%', 45],
  stamped: ['[16:09:11] ALF_PROGRESS 45%', 45],
  mantra: ['ALF_PROGRESS 45.5%', 45.5],
  vray: ['Rendering image...:  45.2% ', 45.2],
  deadline: ['Progress: 45.2%', 45.2],
  redshift: ['[Redshift]        Block 24/48 (7,4) rendered by GPU 0 in 2ms', 50],
  maya: ['[PROGRESS] 45 percent', 45],
  nuke: ['Frame 5 (5 of 10)', 50],
  nukeWrite: ['Writing /shots/comp.0005.exr took 1.23 seconds', '/shots/comp.0005.exr'],
  ffmpeg: [
    'frame=   12 fps=0.0 q=28.0 size=      0kB time=00:00:00.50 bitrate=   0.8kbits/s speed=0.9x',
    'at 00:00:00.50'
  ],
  husk: ['Saved Image: /renders/husk.0005.exr', '/renders/husk.0005.exr'],
  tractor: ['TR_PROGRESS 045%', 45],
  openjd: ['openjd_progress: 45', 45]
}

interface TaskJson {
  id: number
  name: string
  state: string
  progress: number | null
  message: string | null
  reason: string | null
}
const tasksIn = (dataDir: string, ...args: string[]): TaskJson[] =>
  JSON.parse(backlot(dataDir, 'tasks', ...args, '--json').out) as TaskJson[]

describe('the logs of renderers', () => {
  test('each of them is read, whatever starts it', () => {
    const dataDir = scratch()
    const graph = new Graph('lines')
    for (const [name, [text]] of Object.entries(lines)) Print(graph, { text }, { name })
    expect(backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust').code).toBe(0)
    const outputs = backlot(dataDir, 'outputs').out
    for (const { name, progress, message } of tasksIn(dataDir)) {
      const seen = lines[name]?.[1]
      if (typeof seen === 'string' && seen.startsWith('/')) expect(outputs).toMatch(new RegExp(`${name} +${seen}\n`))
      else expect(progress ?? message, name).toBe(seen)
    }
  })

  test('a batch is not done before its last frame; what the log says was written is looked for', () => {
    const dataDir = scratch()
    const file = (frame: number) => join(dataDir, 'out', `a.000${frame}.png`)
    const rendered = (frame: number, samples: number) => `Fra:${frame} Mem:1M | Scene | Sample ${samples}/64`
    const saved = (frame: number) => `Saved: '${file(frame)}'`
    const graph = new Graph('batch')
    const half = [rendered(1, 64), saved(1), rendered(2, 32)].join('\n')
    Print(graph, { text: half, files: [file(1)], frames: [1, 2] }, { name: 'Half', metadata: { batch_size: 2 } })
    Print(graph, { text: half, frames: [1, 2] }, { name: 'Whole' })
    Print(graph, { text: saved(3), files: [file(1)] }, { name: 'Lost' })
    const ran = backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust')
    expect(ran.code).toBe(0)
    const progress = Object.fromEntries(tasksIn(dataDir).map((task) => [task.name, task.progress]))
    expect(progress).toEqual({ 'Half-0': 75, Whole: 75, Lost: null })
    expect(ran.err).toMatch(/output-missing \(Lost\): .*a\.0003\.png/)
    expect(ran.err).not.toMatch(/output-missing \((?:Half|Whole)/)
    const [attempt] = JSON.parse(backlot(dataDir, 'attempts', 'Lost', '--json').out) as { wrote: string[] }[]
    expect(attempt?.wrote).toEqual([file(3)])
  })

  test('a traceback that its task outlived is told; one that failed it is told once, as its reason', () => {
    const dataDir = scratch()
    const traceback =
      'Traceback (most recent call last):\n  File "bad.py", line 1, in bad\nRuntimeError: a handler fails'
    const graph = new Graph('outlived')
    Print(graph, { text: `frame 2\n${traceback}\nSaved` }, { name: 'Handler' })
    Print(graph, { text: `Exception in thread Thread-1 (run):\n${traceback}` }, { name: 'Thread' })
    Print(graph, { text: `the docs say Traceback (most recent call last): and more` }, { name: 'Quiet' })
    Print(graph, { text: `${traceback}\nopenjd_fail: over` }, { name: 'Failed' })
    const { err } = backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust')
    expect(err).toContain('warning log-warns (Handler): Traceback (most recent call last):')
    expect(err).toContain('warning log-warns (Thread): Exception in thread Thread-1 (run): (and 1 more)')
    expect(err).not.toMatch(/log-warns \((?:Quiet|Failed)/)
  })

  test('a warning is told, and fails a task that is strict, by its node or by the run', () => {
    const dataDir = scratch()
    const text = 'Unable to load texture "/tex/wood.rat"\nWaiting for a licence'
    const graph = new Graph('warns')
    Print(graph, { text }, { name: 'Lax' })
    Print(graph, { text }, { name: 'Strict', metadata: { strict: true } })
    const path = graphFile(dataDir, graph)
    const ran = backlot(dataDir, 'run', path, '--trust')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('warning log-warns (Lax): Unable to load texture "/tex/wood.rat" (and 1 more)')
    const reason = 'it is strict, and its log warns: Unable to load texture "/tex/wood.rat"'
    const ends = (tasks: TaskJson[]) => tasks.map(({ name, state, reason }) => [name, state, reason])
    expect(ends(tasksIn(dataDir))).toEqual([
      ['Lax', 'succeeded', null],
      ['Strict', 'failed', reason]
    ])
    expect(backlot(dataDir, 'run', path, '--trust', '--strict').code).toBe(1)
    expect(ends(tasksIn(dataDir))).toEqual([
      ['Lax', 'failed', reason],
      ['Strict', 'failed', reason]
    ])
  })

  test('an interpreter’s rules are shown, set from a file, refused in one sentence, and put back', () => {
    const dataDir = scratch()
    const file = join(dataDir, 'rules.yaml')
    const set = (text: string) => {
      writeFileSync(file, text)
      return backlot(dataDir, 'interpreter', 'rules', 'node', '--set', file)
    }
    const rules = () =>
      (JSON.parse(backlot(dataDir, 'interpreter', 'rules', 'node', '--json').out) as { rules: object[] }).rules
    const shipped = rules()
    expect(shipped.length).toBeGreaterThan(50)
    const bad = set('- {kind: progress, pattern: "(?<percent>(\\\\d+)+)%"}\n')
    expect(bad.code).toBe(2)
    expect(bad.err.trim().split('\n')).toEqual([
      expect.stringMatching(/the pattern "\(\?<percent>.*" repeats something of varying length/)
    ])
    expect(set('rules:\n  - {kind: progress, pattern: "bucket (?<done>\\\\d+) of (?<total>\\\\d+)"}\n').code).toBe(0)
    expect(rules()).toHaveLength(1)
    const graph = new Graph('own')
    Print(graph, { text: 'bucket 3 of 12\nR90000  45%' }, { name: 'Own' })
    expect(backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust').code).toBe(0)
    expect(tasksIn(dataDir)[0]?.progress).toBe(25)
    expect(backlot(dataDir, 'interpreter', 'rules', 'node', '--reset').code).toBe(0)
    expect(rules()).toEqual(shipped)
    expect(backlot(dataDir, 'interpreter', 'rules', 'nobody').err).toMatch(/there is no interpreter "nobody"/)
  })
})

describe('why a task failed', () => {
  const tool = join(import.meta.dirname, 'fixtures/logs/tool.mjs')
  const hows = ['bar', 'long', 'escapes', 'wide'] as const

  test('is seen behind a redrawn bar, at the end of an endless line, without escapes, in UTF-16', () => {
    const dataDir = scratch()
    const graph = new Graph('tools')
    for (const how of hows) {
      backlot(
        dataDir,
        'interpreter',
        'set',
        how,
        '--evaluator',
        'none',
        '--start',
        'cold',
        '--',
        process.execPath,
        tool,
        how
      )
      Step(graph, {}, { name: how, metadata: { interpreter: how } })
    }
    const ran = backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust', '--force')
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('    | ERROR: could not check out licence\n')
    expect(ran.err).toMatch(/ {4}\| x{300}…x{600,}.* FATAL: out of texture memory\n/)
    // eslint-disable-next-line no-control-regex -- none may be there
    expect(ran.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    for (const text of ['red', 'NUL^@here é', '34%', 'Anfang', '上海 R90000  45%', 'FATAL: kein Zugriff'])
      expect(ran.err).toContain(`    | ${text}\n`)
    expect(backlot(dataDir, 'why', 'bar').out).toMatch(/\| ERROR: could not check out licence$/m)
    expect(tasksIn(dataDir).find(({ name }) => name === 'wide')?.progress).toBe(45)

    const found = backlot(dataDir, 'log', 'long', '--grep', 'FATAL')
    expect(found.code).toBe(0)
    expect(found.out).toMatch(/^…x{400,600} FATAL: out of texture memory\n$/)
    const nothing = backlot(dataDir, 'log', 'long', '--grep', 'FATALLY')
    expect([nothing.code, nothing.out]).toEqual([5, ''])
    expect(nothing.err).toMatch(/^nothing in the log of task \d+, attempt 1, matches "FATALLY"\n$/)
    expect(backlot(dataDir, 'log', 'wide', '--grep', 'kein').out).toBe('FATAL: kein Zugriff\n')
    expect(backlot(dataDir, 'log', 'wide').out).toContain('上海 R90000  45%\r\n')
  })

  test('is the user’s own frame of a stack, and its reason is told once', () => {
    const dataDir = scratch()
    const graph = new Graph('fails')
    Fails(graph, {})
    const ran = backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust')
    expect(ran.code).toBe(1)
    const excerpt = ran.err.split('\n').filter((line) => line.startsWith('    | '))
    expect(excerpt.join('\n')).toMatch(/fixtures\/nodes\/printing\.ts:\d+:\d+/)
    expect(excerpt.join('\n')).not.toMatch(/evaluate|node:internal/)
    expect(ran.err.match(/no image in \/show\/a\.exr/g)).toHaveLength(1)
    const log = /log: (.*)/.exec(ran.err)?.[1] ?? ''
    expect(readFileSync(log, 'utf8')).toContain('no image in /show/a.exr')
  })
})

describe.skipIf(!flowpipe())('a traceback of Python', () => {
  test('shows the user’s own frames, of a chain and of a thread as well, and the reason once', () => {
    const dataDir = scratch()
    const ran = backlot(dataDir, 'run', join(import.meta.dirname, 'fixtures/logs/boom.py'), '--trust', '--slots', '1')
    expect(ran.code).toBe(1)
    const excerpt = (name: string) => {
      const lines = ran.err.split('\n')
      const from = lines.findIndex((line) => line.includes(`failed ${name}`)) + 1
      return lines
        .slice(
          from,
          lines.findIndex((line, i) => i >= from && line.startsWith('    log: '))
        )
        .join('\n')
    }
    const json = /JSONDecodeError: Expecting/
    expect(excerpt('Deep')).toMatch(/boom\.py", line \d+, in Deep\n[^]*boom\.py", line \d+, in load\n/)
    expect(excerpt('Deep')).not.toMatch(json)
    expect(excerpt('Chain')).toMatch(/in load\n[^]*JSONDecodeError: Expecting[^]*in Chain\n[^]*raise RuntimeError/)
    expect(excerpt('Threaded')).toMatch(/in load\n[^]*JSONDecodeError: Expecting/)
    expect(ran.err).not.toMatch(/json\/decoder\.py|threading\.py/)
  })
})
