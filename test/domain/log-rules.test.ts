import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { directiveMarks } from '../../src-main/domain/directives.ts'
import { LogReader, longestTried, type Said } from '../../src-main/domain/log-reader.ts'
import { logRuleShape, parseRules, rulesText, type LogRule } from '../../src-main/domain/log-rules.ts'
import { Marks } from '../../src-main/domain/marks.ts'
import { readPattern } from '../../src-main/domain/pattern.ts'
import { Progress } from '../../src-main/domain/progress.ts'
import { rulesOf, shippedRules } from '../../src-main/domain/renderers.ts'

const entry = (name: string, argv: string[] = ['run']) => ({ name, argv, wrapper: [], rules: null })
const python = new LogReader(rulesOf(entry('python', ['python3'])))

/** What a line by itself tells of a task without frames: percent, or what else is said. */
function told(said: Said | null): unknown {
  if (said?.kind !== 'progress') return said && ('path' in said ? `wrote ${said.path}` : said.kind)
  const progress = new Progress(null)
  progress.hear(said.measure)
  const { frame, at } = said.measure
  return progress.percent ?? (frame === null ? `at ${at}` : `frame ${frame}`)
}

const cycles =
  'Mem:12.54M (Peak 14.30M) | Time:00:00.62 | Remaining:00:01.20 | Mem:2.88M, Peak:2.88M | Scene, ViewLayer'

/** The 21 lines of the field case dcc/04, and their siblings with decimals, stamps and threads in front. */
const lines: [line: string, means: unknown][] = [
  [`Fra:12 ${cycles} | Sample 32/64`, 50],
  [`Fra:12 ${cycles} | Rendered 17/34 Tiles`, 50],
  [`Fra:12 ${cycles} | Rendered 1/4 Tiles, Sample 60/64`, 25],
  [`Fra:12 ${cycles} | Rendered 0/1 Tiles, Sample 16/64`, 25],
  [`Fra:-3 ${cycles} | Path Tracing Sample 1/4`, 25],
  ['Fra:12 Mem:12.54M (Peak 14.30M) | Time:00:00.62 | Rendering 32 / 64 samples', 50],
  ['00:03.906  render           | Fra: 4 | Mem: 6M | Sample 12/24', 50],
  ['00:11.765  render           | Fra: 1 | Rendering 16 / 64 samples', 25],
  ["00:03.123  render           | Saved: '/renders/shot.0001.png'", 'wrote /renders/shot.0001.png'],
  ["Saved: '/renders/shot.0001.png'", 'wrote /renders/shot.0001.png'],
  ["Saved: '/renders/it's.0001.png' Time: 00:01.20 (Saving: 00:00.11)", "wrote /renders/it's.0001.png"],
  ['Append frame 12', 'frame 12'],
  ['00:00:05  1234MB         |    45% done - 123 rays/pixel', 45],
  ['[mtoa] 00:00:05  1234MB         |   100% done - 8 rays/pixel', 100],
  ["00:00:09   514MB         |  [driver_exr] writing file `/out/a.0001.exr'", 'wrote /out/a.0001.exr'],
  ['R90000   45%', 45],
  ['[2024-05-01 10:00:00] R90000  45.5%', 45.5],
  ['ALF_PROGRESS 45%', 45],
  ['[16:09:11] ALF_PROGRESS 45%', 45],
  ['ALF_PROGRESS 45.5%', 45.5],
  ['2025/09/15 17:16:32-07:00 ADAPTOR_OUTPUT: STDOUT: ALF_PROGRESS 77.5', 77.5],
  ['ALF_PROGRESS 80', 80],
  ['2024-05-01 10:00:00,123 INFO husk ALF_PROGRESS 7%', 7],
  ['Rendering image...:  45.2% ', 45.2],
  ['[2021/Feb/3|10:01:01] Rendering image...: 45.2% completed', 45.2],
  ['Progress: 45.2%', 45.2],
  ['[Redshift]        Block 24/48 (7,4) rendered by GPU 0 in 2ms', 50],
  ['INFO : [Redshift] Block 12/48 (7, 4) rendered by GPU 1 in 12ms', 25],
  ['[Redshift] Saving: /out/a.0001.exr', 'wrote /out/a.0001.exr'],
  ['[PROGRESS] 45 percent', 45],
  ['[PROGRESS] 45.5 percent', 45.5],
  ['// Percentage of rendering done: 45 (frame 12, layer a) //', 45],
  ['Finished Rendering /out/a.0001.iff.', 'wrote /out/a.0001.iff'],
  ['Finished Rendering C:\\out\\a.0001.iff', 'wrote C:\\out\\a.0001.iff'],
  ['MayaClient: Finished Rendering Frame 12', 'frame 12'],
  ['Frame 5 (5 of 10)', 50],
  ['[10:00.12] Frame 1005 (5 of 20)', 25],
  ['Writing /shots/comp.0005.exr took 1.23 seconds', 'wrote /shots/comp.0005.exr'],
  ['frame=   12 fps=0.0 q=28.0 size=      0kB time=00:00:00.50 bitrate=   0.8kbits/s speed=0.9x', 'at 00:00:00.50'],
  ["Output #0, image2, to '/out/a.0001.png':", 'wrote /out/a.0001.png'],
  ['Saved Image: /renders/shot.0005.exr', 'wrote /renders/shot.0005.exr'],
  ['Saved Image: "/renders/shot.0005.exr"', 'wrote /renders/shot.0005.exr'],
  ['[10:00:00] Saved Image: /renders/shot.0005.exr', 'wrote /renders/shot.0005.exr'],
  ['TR_PROGRESS 045%', 45],
  ['openjd_progress: 45', 45],
  ['openjd_progress: 45.5', 45.5],
  ["00:00:10  1200MB         | writing file `/out/a.0001.exr'", 'wrote /out/a.0001.exr'],
  ['2024-01-01T12:00:00.000Z <003>   120 MB info    | rendering, 45.2% done...', 45.2],
  [' 50%|█████     | 5/10 [00:01<00:01,  4.9it/s]', 50],
  ['frames:  7%|▋| 3/43 [1:00:01<9:00, 4.9it/s]', 7],
  ['Rendering frame 12', 'frame 12'],
  ['Rendering frame 12... 45.5%', 45.5],
  ['JOB  0.2   progr:    45.0%   rendered on host.2', 45],
  ['Progress for project://scene/image: 45%', 45],
  [`Fra:12 ${cycles}.001 | Sample 64/64`, 100],
  [
    '[LuxCore][12.345] [Elapsed time:  10/ 60sec][Samples   32/128][Convergence 0.000000%][Avg. samples/sec  1.23M]',
    25
  ],
  ['[Elapsed time:  10/60sec][Samples   32/0][Convergence 12.500000%][Avg. samples/sec  1.23M on 0.1K tris]', null],
  ['[10:11:12]  25.5% Lap=0:00:01.12 Left=0:00:03.40 Mem=1.28 GB', 25.5],
  ['25% Lap=0:00:01.12 Left=0:00:03.40', 25],
  ['out_time=00:00:01.000000', 'at 00:00:01.000000'],
  ['out_time=N/A', null],
  ['out_time_ms=1000000', null],
  ['progress=end', null],
  // what warns
  ['00:00:00   315MB WARNING | rendering with watermarks because ARNOLD_LICENSE_ORDER = none', 'warning'],
  ['00:00:00   368MB ERROR   |  [texturesys] a.tx: Invalid image file "": no filename', 'warning'],
  ['T02003 {WARNING} could not find texture /a.tex', 'warning'],
  ['Unable to load texture "/a.rat"', 'warning'],
  ["Error: could not find image file '/a.png'", 'warning'],
  ['ERROR: could not check out licence', 'warning'],
  ['Failed to obtain a V-Ray license', 'warning'],
  ['error: Could not obtain a license (1003)', 'warning'],
  ['waiting for a licence', 'warning'],
  ['Waiting for nuke_r license...', 'warning'],
  ['Error: [Redshift] License error: (RLM) All licenses in use (-22)', 'warning'],
  ['System is out of GPU and shared host memory', 'warning'],
  [' FATAL: out of texture memory', 'warning'],
  ["terminate called after throwing an instance of 'std::bad_alloc'", 'warning'],
  ["Warning: Unable to open '/a.blend'", 'warning'],
  ['[license] could not connect to license server', 'warning'],
  ['A license for nuke was not found', 'warning'],
  ['License Error: -15', 'warning'],
  ['license request timed out', 'warning'],
  ['FATAL: no licence', 'warning'],
  ['exrWrite: No space left on device', 'warning'],
  ['write error: Disk quota exceeded', 'warning'],
  ["OSError: [Errno 116] Stale file handle: '/mnt/out/a.exr'", 'warning'],
  ["LIB: Object: 'Cube' missing from '//lib.blend', parent '<direct>'", 'warning'],
  ['Cannot read file "/shots/a.blend": No such file or directory', 'warning'],
  [
    "Error: Engine 'LUXCORE' not available for scene 'Scene' (an add-on may need to be installed or enabled)",
    'warning'
  ],
  ['Illegal address in CUDA queue synchronize (integrator_shade_surface)', 'warning'],
  [
    'Warning: in _ReportErrors at line 3172 of stage.cpp -- In </World>: Could not open asset @/a.usd@ for payload',
    'warning'
  ],
  // what fails though a program may exit 0
  ['aerender ERROR: No comp was found with the given name.', 'fail'],
  ['00:00:01   120MB ERROR   | aborting render because the abort_on_license_fail option was enabled', 'fail'],
  ['00:01:33 8842MB WARNING | [kick] render aborted due to earlier errors', 'fail'],
  ['L00001 {SEVERE} License server is unavailable', 'fail'],
  ['// Maya exited with status 210', 'fail'],
  ['Error: There was a fatal error rendering the scene.', 'fail'],
  // what says nothing
  ['no license needed for this node', null],
  ['License for redshift-core 2024.03 (permanent)', null],
  ['0 licenses timed out of 5', null],
  ['Error in the queue', null],
  ['// Maya exited with status 0', null],
  ['an ordinary line about 42%', null],
  ['60% done - automated steps complete', null],
  ['License returned', null],
  ['checked out a license for nuke_r', null],
  ['loading texture /a.tex', null],
  ['Writing the report took a while', null],
  ['Frame 5', null],
  ['Saved: 5 files', null],
  ['Freed memory: not out of the ordinary', null],
  ['Duration: 00:10:00.00, start: 0', 'at null']
]

describe('what renderers print is read', () => {
  test.each(lines)('%j', (line, means) => {
    expect(told(python.readLine(line))).toEqual(means === 'at null' ? expect.anything() : means)
  })

  test('what a program says in a form of its own is read where the interpreter is that program', () => {
    const of = (name: string, argv?: string[]) => new LogReader(rulesOf(entry(name, argv)))
    expect(told(python.readLine('  45.5%'))).toBe(null)
    expect(told(of('render', ['/opt/3delight/bin/renderdl']).readLine('  45.5%'))).toBe(45.5)
    expect(told(of('nuke-15', ['x']).readLine('[1:2.3] ERROR: Read1: no such file'))).toBe('warning')
    expect(told(of('comp', ['C:\\Nuke15.1\\Nuke15.1.exe']).readLine('ERROR: Read1: no such file'))).toBe('warning')
    const film = of('ffmpeg')
    expect(told(film.readLine('[h264 @ 0x55] Error while decoding MB 3 4, bytestream -5'))).toBe('warning')
    expect(told(film.readLine('a.mov: Invalid data found when processing input'))).toBe('warning')
    expect(told(of('vray').readLine('[12:00:01] warning: Bitmap file "a.jpg" failed to load: no file'))).toBe('warning')
    expect(told(of('husk').readLine('husk: Unable to open USD file: /a.usd'))).toBe('warning')
    expect(told(of('c4d').readLine('Rendering failed: Project'))).toBe('fail')
    expect(told(of('nukes', ['x']).readLine('ERROR: Read1: no such file'))).toBe(null)
    const wrapped = { name: 'shot', argv: ['{task}'], wrapper: ['rez-env', 'nuke', '--'], rules: null }
    expect(told(new LogReader(rulesOf(wrapped)).readLine('ERROR: Read1: no such file'))).toBe('warning')
  })

  test('an interpreter’s own rules stand in place of the shipped ones, beside what farms read', () => {
    const rules: LogRule[] = [{ kind: 'progress', pattern: 'bucket (?<done>\\d+) of (?<total>\\d+)' }]
    const reader = new LogReader(rulesOf({ ...entry('python'), rules }))
    expect(told(reader.readLine('bucket 3 of 12'))).toBe(25)
    expect(told(reader.readLine('R90000  45%'))).toBe(null)
    expect(told(reader.readLine('openjd_progress: 45'))).toBe(45)
  })

  test('ffmpeg’s time counts against the duration that it told before; a second run begins anew', () => {
    const progress = new Progress(null)
    const hear = (line: string) => {
      const said = python.readLine(line)
      if (said?.kind === 'progress') progress.hear(said.measure)
      return progress.percent
    }
    const at = (time: string) => hear(`frame= 1 fps=0 q=1 size= 0kB time=${time} bitrate= 1kbits/s`)
    hear('  Duration: 00:00:20.00, start: 0.000000, bitrate: 7 kb/s')
    hear('  Duration: 00:00:10.00, start: 0.000000, bitrate: 7 kb/s')
    expect(at('00:00:05.00')).toBe(25)
    expect(at('00:00:20.00')).toBe(100)
    hear('  Duration: 00:01:40.00, start: 0.000000')
    expect(at('00:00:05.00')).toBe(5)
  })
})

describe('progress over the frames of a batch', () => {
  const run = (frames: string[] | null, all: string[]) => {
    const progress = new Progress(frames)
    return all.map((line) => {
      const said = python.readLine(line)
      if (said?.kind === 'progress') progress.hear(said.measure)
      if (said?.kind === 'wrote') progress.wrote(said.path)
      return progress.percent
    })
  }
  const fra = (frame: number, sample: number) => `Fra:${frame} ${cycles} | Sample ${sample}/64`

  test('a part of a frame is a part of its share', () => {
    const all = [fra(10, 0), fra(10, 64), "Saved: '/r/a.0010.png'", fra(11, 32), "Saved: '/r/a.0011.png'"]
    expect(run(['10', '11'], all)).toEqual([0, 50, 50, 75, 100])
  })

  test('frames that are rendered backwards count as they come', () => {
    expect(run(['1', '2', '3', '4'], [fra(4, 32), fra(3, 0), fra(2, 0)])).toEqual([12.5, 25, 50])
  })

  test('it is not 100 % before the last frame is written', () => {
    expect(run(['1', '2'], [fra(1, 64), fra(2, 64)])).toEqual([50, 99])
  })

  test('where no line names a frame, a part that begins anew is the next one', () => {
    const alf = [50, 100, 0, 50, 100].map((percent) => `ALF_PROGRESS ${percent}%`)
    expect(run(['1', '2', '3', '4', '5'], alf)).toEqual([10, 20, 20, 30, 40])
    const kick = (percent: number) => `00:00:05  1234MB         |   ${percent}% done - 1 rays/pixel`
    const wrote = (frame: number) => `00:00:09   514MB         |  [driver_exr] writing file \`/o/a.000${frame}.exr'`
    expect(run(['1', '2'], [kick(50), kick(100), wrote(1), kick(50), wrote(2)])).toEqual([25, 50, 50, 75, 100])
  })

  test('a count of the batch’s own frames is the whole; one of one is a frame', () => {
    expect(run(['1', '2', '3', '4'], ['Frame 1 (1 of 4)', 'Frame 2 (2 of 4)'])).toEqual([25, 50])
    expect(run(['1', '2', '3', '4'], ['Frame 1 (1 of 1)', 'Frame 2 (1 of 1)'])).toEqual([25, 50])
  })

  test('what a program says to a farm counts for the task, whatever renderers say beside it', () => {
    expect(run(['1', '2'], ['openjd_progress: 10', fra(1, 32), 'TR_PROGRESS 020%'])).toEqual([10, 10, 20])
  })

  test('Progress: is of the task, until frames are told', () => {
    expect(run(['1', '2'], ['Progress: 40%', 'Progress: 90%'])).toEqual([40, 90])
    expect(run(['1', '2'], ['Rendering frame 1', 'Progress: 40%', 'Rendering frame 2', 'Progress: 40%'])).toEqual([
      ...[0, 20, 50, 70]
    ])
  })

  test('where nobody knows how many frames there are, the second one ends the percentage', () => {
    expect(run(null, [fra(1, 32), fra(1, 64), fra(2, 32)])).toEqual([50, 100, null])
  })

  test('whatever is said, percentages are between 0 and 100, and never fall below what is done', () => {
    const number = fc.integer({ min: -2, max: 12 })
    const maybe = fc.option(number, { nil: null })
    const measure = fc.record({
      ...{ percent: maybe, done: maybe, total: maybe, at: fc.constant(null) },
      frame: fc.option(number.map(String), { nil: null }),
      of: fc.constantFrom('farm' as const, 'task' as const, 'frame' as const, 'either' as const)
    })
    const frames = fc.option(fc.array(number.map(String), { maxLength: 5 }), { nil: null })
    fc.assert(
      fc.property(frames, fc.array(fc.oneof(measure, number)), (known, steps) => {
        const progress = new Progress(known)
        for (const step of steps) {
          if (typeof step === 'number') progress.wrote(`/a.${step}.exr`)
          else progress.hear(step)
          const { percent } = progress
          expect(percent === null || (percent >= 0 && percent <= 100)).toBe(true)
        }
      })
    )
  })
})

describe('patterns', () => {
  const marksOf = (pattern: string) => {
    const read = readPattern(pattern)
    return read.ok ? read.value.marks : read.error.message
  }

  test.each(['python', 'blender', 'kick', 'prman', 'vray', 'redshift', 'husk', 'mayapy', 'nuke', 'ffmpeg', 'c4d'])(
    'every shipped rule of %s passes, and names bytes to look for',
    (name) => {
      for (const rule of shippedRules(entry(name))) {
        expect(logRuleShape().safeParse(rule).error?.issues ?? []).toEqual([])
        expect(marksOf(rule.pattern), rule.pattern).not.toBe(null)
      }
    }
  )

  test.each<[string, RegExp]>([
    ['(', /no regular expression/],
    ['(?<a>x)(?<a>y)', /no regular expression/],
    ['(a+)+b', /repeats something of varying length/],
    ['(a|b)*c', /repeats something of varying length/],
    ['(\\w+\\s?)*$', /repeats something of varying length/],
    ['(.*a){12}', /repeats something of varying length/],
    ['(a*)*', /repeats something of varying length/],
    ['(.)\\1', /refers back/],
    ['(?=a)b', /looks ahead/],
    ['(?<!a)b', /looks behind/],
    ['.*a.*b.*c', /3 repetitions/],
    ['^.*a.*b.*c', /3 repetitions/],
    ['x.*y.*z', /2 repetitions/],
    ['a?a?a?a?a?a?a?a?a?a?aaaaaaaaaa', /optional parts/],
    ['(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)', /optional parts/]
  ])('%s is refused', (pattern, why) => expect(marksOf(pattern)).toMatch(why))

  test.each<[string, string[] | null]>([
    ['frame (?<frame>\\d+) of', ['frame ']],
    ['[Ff]rame (\\d+)', ['Frame ', 'frame ']],
    ['(?:error|warning): (.*)', ['error: ', 'warning: ']],
    [
      '(?:out of|no more) (?:GPU )?memory',
      ['out of memory', 'out of GPU memory', 'no more memory', 'no more GPU memory']
    ],
    ['^\\d+%', null],
    ['(?:abcd|\\d+)', null],
    ['a{4}bcde', ['abcde']],
    ['x+abcdef', ['xabcdef']],
    ['(?:[a-z]+ed|lost) files?', [' file', ' files']],
    ['größe (\\d+)', null]
  ])('%s holds %j', (pattern, marks) => {
    const found = marksOf(pattern)
    expect(Array.isArray(found) ? found.toSorted() : found).toEqual(marks && marks.toSorted())
  })

  /** Patterns of all that is let through, at random. */
  const pattern = fc.letrec<{ part: string; whole: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('ab', 'frame ', '[ab]', '\\d+', ' ?', '.', '\\bx', '(?<n>\\d)', 'done', '[^,]*,', 'x+'),
      fc.tuple(tie('whole'), tie('whole')).map(([one, other]) => `(?:${one}|${other})`),
      tie('whole').map((one) => `(?:${one})?`)
    ),
    whole: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
  })).whole

  test('a line that fits a pattern holds one of its marks', () => {
    fc.assert(
      fc.property(pattern, fc.array(fc.constantFrom(...'ab frme1,doenx')), (source, chars) => {
        const line = chars.join('')
        const read = readPattern(source)
        if (!read.ok || !read.value.marks || !new RegExp(source).test(line)) return
        expect(read.value.marks.some((mark) => line.includes(mark))).toBe(true)
      }),
      { numRuns: 2000 }
    )
  })

  test('reading a line never throws, whatever the line', () => {
    const noise = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes))
    const line = fc
      .tuple(fc.constantFrom(...lines), noise, fc.nat(80))
      .map(([[one], between, at]) => one.slice(0, at) + between + one.slice(at))
    const all = new LogReader(rulesOf(entry('maya')))
    fc.assert(fc.property(line, (text) => void all.readLine(text)))
  })

  test('of a line no more than a part is tried, however long it is', () => {
    const long = `${'x'.repeat(100_000)}R90000  45%`
    expect(python.readLine(long)).toBe(null)
    expect(longestTried).toBeLessThan(5000)
  })
})

describe('marks', () => {
  test('each text is found wherever it lies, and nothing else is', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab \n'), minLength: 3, maxLength: 14 })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(text, { maxLength: 30 }), (texts, parts) => {
        const all = parts.join('')
        const found: [number, number][] = []
        new Marks(texts).find(Buffer.from(all), (at, index) => found.push([at, index]))
        const expected = texts.flatMap((one, index) =>
          [...all].flatMap((_, at): [number, number][] => (all.startsWith(one, at) ? [[at, index]] : []))
        )
        const byPlace = (a: [number, number], b: [number, number]) => a[0] - b[0] || a[1] - b[1]
        expect(found.sort(byPlace)).toEqual(expected.sort(byPlace))
      })
    )
  })

  test('every directive’s mark is long enough for the table or rare', () => {
    expect(directiveMarks.filter((mark) => mark.length < 7)).toEqual([])
  })
})

describe('rules as text', () => {
  test('what is written is read again', () => {
    const rules = shippedRules(entry('nuke'))
    const read = parseRules(`# own\n\n${rulesText(rules)}`)
    expect(read.ok && read.value).toEqual(rules)
  })

  test.each<[string, RegExp]>([
    ['progres x', /"progres x" is no rule; write progress, status/],
    ['progress', /is no rule/],
    ['progress done', /has no named group, so it says nothing; name one of percent, done, total, frame/],
    ['wrote (?<file>.+)', /has a group "file"; a rule for wrote knows path/],
    ['status (', /"\(" is no regular expression/],
    ['warning (a+)+', /"\(a\+\)\+" repeats something of varying length/]
  ])('%j is refused in one sentence', (text, why) => {
    const read = parseRules(text)
    expect(read.ok ? '' : read.error.message).toMatch(why)
  })
})
