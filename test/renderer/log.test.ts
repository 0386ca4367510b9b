import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { readPart } from '../../src-main/core/attempt/read.ts'
import { LogFile, type ReadPart } from '../../src-renderer/log/file.ts'
import { Finds } from '../../src-renderer/log/finds.ts'
import { searchLog } from '../../src-main/core/attempt/search.ts'
import { at } from '../../src-main/domain/at.ts'
import { errorStarts, kindOf, type Kind } from '../../src-main/domain/log-kinds.ts'
import type { LogLines } from '../../src-renderer/log/lines.ts'
import {
  expressionOf,
  findIn,
  marksIn,
  maxHits,
  maxMarks,
  search,
  searchAll,
  searchOn,
  type AskStep,
  type Scan,
  type WholeSearch
} from '../../src-renderer/log/search.ts'
import { spansOf } from '../../src-renderer/log/spans.ts'
import { clean } from '../../src-renderer/log/text.ts'
import { pretty } from '../../src-renderer/outputs/json.ts'
import { filesOf, framesOf, spanOf, thereOf, urlOf } from '../../src-renderer/outputs/paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'backlot-log-'))
const path = join(folder, 'attempt-1.log')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Reads as the core does, so that both ends of the call are tested together. */
const read: ReadPart = async (offset, bytes) => {
  const part = readPart(path, offset, bytes)
  return part.ok ? part.value : null
}
const texts = (window: LogLines) => window.lines.map((line) => line.text)
const numbers = (window: LogLines) => window.lines.map((line) => (line.starts ? line.at + window.numbering.plus : null))
const top = { offset: 0, line: 1 }
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('')

describe('a window onto a log', () => {
  let file: LogFile
  beforeEach(() => {
    file = new LogFile(read)
  })

  test('a small log is read whole and its numbers are right', async () => {
    writeFileSync(path, numbered(3))
    expect(await file.openEnd()).toBe(true)
    expect(texts(file.window)).toEqual(['line 1', 'line 2', 'line 3'])
    expect(numbers(file.window)).toEqual([1, 2, 3])
    expect(file.window.numbering.known).toBe(true)
  })

  test('a log that is gone says so', async () => {
    rmSync(path, { force: true })
    expect(await file.openEnd()).toBe(false)
  })

  test('Backlot’s head is counted where it is whole; a log that begins with a note has none', async () => {
    writeFileSync(path, '# backlot job 1\n# cwd: /x\ncd /x && y\n# output:\none\n')
    await file.openEnd()
    expect(file.window.headLines).toBe(4)
    writeFileSync(path, '# backlot: unchanged since job 1: the result of task 2 counts\n')
    await file.openAt(0, 1)
    expect(texts(file.window)).toHaveLength(1)
    expect(file.window.headLines).toBe(0)
    writeFileSync(path, '# backlot job 1\n')
    await file.openAt(0, 1)
    expect(file.window.headLines).toBe(0)
  })

  test('an empty log has no lines', async () => {
    writeFileSync(path, '')
    expect(await file.openEnd()).toBe(true)
    expect(texts(file.window)).toEqual([])
  })

  test('a line that is still being written is shown once, as it grows', async () => {
    writeFileSync(path, 'one\ntw')
    await file.openEnd()
    expect(texts(file.window)).toEqual(['one', 'tw'])
    expect(await file.later()).toBe('same')
    appendFileSync(path, 'o\nthree')
    expect(await file.later()).toBe('more')
    expect(texts(file.window)).toEqual(['one', 'two', 'three'])
    expect(numbers(file.window)).toEqual([1, 2, 3])
  })

  test('a character that was cut by the end of the file is whole a moment later', async () => {
    const bytes = Buffer.from('naïve 東京\nfin')
    writeFileSync(path, bytes.subarray(0, 9))
    await file.openEnd()
    appendFileSync(path, bytes.subarray(9))
    await file.later()
    expect(texts(file.window)).toEqual(['naïve 東京', 'fin'])
  })

  test('bytes that are no UTF-8 neither stop nor repeat anything', async () => {
    writeFileSync(path, Buffer.concat([Buffer.from('a\xffb\nc\n', 'latin1'), Buffer.from('d\xfe', 'latin1')]))
    await file.openEnd()
    expect(texts(file.window)).toEqual(['a\ufffdb', 'c', 'd\ufffd'])
    appendFileSync(path, '\nend\n')
    await file.later()
    expect(texts(file.window).slice(0, 2)).toEqual(['a\ufffdb', 'c'])
    expect(texts(file.window).at(-1)).toBe('end')
    expect(numbers(file.window).at(-1)).toBe(4)
  })

  test('a log that became shorter is opened anew', async () => {
    writeFileSync(path, numbered(50))
    await file.openEnd()
    writeFileSync(path, 'again\n')
    expect(await file.later()).toBe('anew')
    expect(texts(file.window)).toEqual(['again'])
  })

  describe('of a large log', () => {
    const count = 500_000
    beforeEach(() => writeFileSync(path, numbered(count)))

    test('opens at the end, at a whole line, and counts from there', async () => {
      await file.openEnd()
      const { lines, numbering, start } = file.window
      expect(start).toBeGreaterThan(4e6)
      expect(lines[0]?.text).toMatch(/^line \d+$/)
      expect(lines.at(-1)?.text).toBe(`line ${count}`)
      expect(numbering.known).toBe(false)
      expect(numbers(file.window)[0]).toBe(1)
    })

    test('counted from outside, its numbers are right at once', async () => {
      await file.openEnd()
      const first = Number(texts(file.window)[0]?.split(' ')[1])
      file.window.countFrom(first)
      expect(numbers(file.window)[0]).toBe(first)
      await file.earlier()
      expect(texts(file.window)[0]).toBe(`line ${numbers(file.window)[0]}`)
    })

    test('opened near a byte it shows the line there, and finds the way back to the byte', async () => {
      await file.openEnd()
      const wanted = Buffer.byteLength(numbered(250_000))
      expect(await file.openNear(wanted)).toBe(true)
      const index = file.window.indexAt(wanted)
      expect(Math.abs(Number(texts(file.window)[index]?.split(' ')[1]) - 250_000)).toBeLessThan(50)
      expect(Math.abs(file.window.offsetOf(index) - wanted)).toBeLessThan(1000)
      expect(file.window.start).toBeLessThan(wanted - (200 << 10))
    })

    test('earlier parts join without a gap or a double', async () => {
      await file.openEnd()
      for (let i = 0; i < 3; i++) await file.earlier()
      const all = texts(file.window)
      const first = Number(all[0]?.split(' ')[1])
      expect(all).toEqual(Array.from({ length: count - first + 1 }, (_, i) => `line ${first + i}`))
    })

    test('numbers become right when the start is reached', async () => {
      await file.openEnd()
      while (file.window.start > 0) await file.earlier()
      expect(file.window.numbering.known).toBe(true)
      expect(numbers(file.window)[0]).toBe(1)
      expect(numbers(file.window).at(-1)).toBe(count)
    })

    test('opened where a line is known it numbers from there', async () => {
      await file.openAt(Buffer.byteLength(numbered(1000)), 1001)
      expect(texts(file.window)[0]).toBe('line 1001')
      expect(numbers(file.window)[0]).toBe(1001)
      await file.earlier()
      expect(numbers(file.window)[0]).toBe(1)
    })

    test('the far side is dropped and the numbers stay', async () => {
      const small = new LogFile(read, { bytes: 1 << 20, lines: 300_000, chunk: 64 << 10 })
      await small.openAt(0, 1)
      while ((await small.later()) === 'more') small.trim('start')
      expect(small.window.end - small.window.start).toBeLessThanOrEqual(2 << 20)
      const last = small.window.lines.at(-1)
      expect(last?.text).toBe(`line ${count}`)
      expect((last?.at ?? 0) + small.window.numbering.plus).toBe(count)
    })

    test('after the end was dropped it is read again', async () => {
      const small = new LogFile(read, { bytes: 300 << 10, lines: 300_000, chunk: 64 << 10 })
      await small.openEnd()
      await small.earlier()
      small.trim('end')
      expect(small.window.end).toBeLessThan(small.window.size)
      await small.later()
      const all = texts(small.window)
      const first = Number(all[0]?.split(' ')[1])
      expect(all).toEqual(all.map((_, i) => `line ${first + i}`))
      expect(all.at(-1)).toBe(`line ${count}`)
    })
  })

  test('a line longer than a part comes in pieces that share one number', async () => {
    writeFileSync(path, `a\n${'x'.repeat(3 << 20)}\nb\n`)
    await file.openEnd()
    const shown = numbers(file.window).filter((number) => number !== null)
    expect(shown).toEqual([1, 2, 3])
    expect(texts(file.window).join('').length).toBe((3 << 20) + 2)
    expect(texts(file.window).at(-1)).toBe('b')
  })

  test('a large log of one line opens, and grows to the left', async () => {
    writeFileSync(path, 'y'.repeat(5 << 20))
    await file.openEnd()
    expect(numbers(file.window)).toEqual([null])
    await file.earlier()
    expect(texts(file.window).join('').length).toBe(512 << 10)
  })
})

describe('what a line is', () => {
  const kinds = (lines: string[], head = false) => {
    const context = { head, trace: false }
    return lines.map((line) => kindOf(line, context))
  }

  test("Backlot's head, its command and its notes", () => {
    const lines = [
      '# backlot job 1',
      '# to run it again:',
      'cd /x && python3 y',
      '# output:',
      '# mine',
      '# backlot: exit code 1'
    ]
    const found = kinds(lines, true)
    expect(found).toEqual(['head', 'head', 'command', 'head', 'plain', 'note'])
  })

  test('a note that only tells is no error', () => {
    const session = '# backlot: session, third task of process 12; what it says beside its tasks: /x'
    expect(kinds([session, '# backlot: unchanged since job 1: the result of task 2 counts'])).toEqual([
      ...['directive', 'directive']
    ])
    expect(kinds(['# backlot: killed: it ran longer than 5 min'])).toEqual(['note'])
  })

  test('a traceback to its last line', () => {
    const lines = ['Traceback (most recent call last):', '  File "a.py", line 1', 'ValueError: no', 'goes on']
    expect(kinds(lines)).toEqual(['error', 'trace', 'error', 'plain'])
  })

  test.each<[string, Kind]>([
    ['openjd_progress: 40', 'directive'],
    ['openjd_fail: no licence', 'error'],
    ['TR_PROGRESS 40%', 'directive'],
    ['ALF_EXIT_STATUS 1', 'directive'],
    ['PROGRESS: 12%', 'directive'],
    ['Frame 3 Progress: 12%', 'directive'],
    ['[mtoa] ERROR | no camera', 'error'],
    ['RuntimeError: boom', 'error'],
    ['WARNING: no colour space', 'warning'],
    ['DeprecationWarning: old', 'warning'],
    ['mirror image of terrors', 'plain'],
    ['0 errors', 'plain']
  ])('%s', (line, kind) => expect(kinds([line])).toEqual([kind]))

  test('errors are counted by runs, the note behind one with it', () => {
    const run: Kind[] = ['plain', 'error', 'trace', 'error', 'note', 'plain', 'error']
    expect(errorStarts(run.map((kind) => ({ kind })))).toEqual([1, 6])
  })
})

describe('what is shown of a line', () => {
  test('control characters become signs, tabs stay', () => {
    expect(clean('a\u0000b\u0007\tc\u007f\u0085').text).toBe('a^@b^G\tc^?\ufffd')
  })

  test('escapes that are no colour are gone, a lone one is a sign', () => {
    expect(clean('\u001b[2K\u001b]0;title\u0007\u001b[31mred\u001b[0m \u001b').text).toBe('red ^[')
  })

  test('a redrawn line shows its last state and says how often', () => {
    expect(clean('10%\r20%\r30%\r')).toMatchObject({ text: '30%', redrawn: 2 })
    expect(clean('windows\r')).toMatchObject({ text: 'windows', redrawn: 0 })
  })

  test('text cannot turn its direction', () => {
    expect(clean('a\u202eb').text).toBe('a\ufffdb')
  })

  test('colours, a chip and finds cut a line into pieces that are the line', () => {
    const { text, styled } = clean('openjd_status: \u001b[1;31m40\u001b[0m of 100')
    const spans = spansOf({ text, styled }, [[12, 16]], 12)
    expect(spans.map((span) => span.text).join('')).toBe('openjd_status: 40 of 100')
    expect(
      spans
        .filter((span) => span.mark === 'current')
        .map((span) => span.text)
        .join('')
    ).toBe('s: 4')
    expect(spans[0]).toMatchObject({ chip: true, text: 'openjd_statu' })
    expect(spans.find((span) => span.text.includes('0'))?.style).toContain('--state-failed')
  })

  test('a color of a log can be read: it is as light as the theme wants, and on another color it is text', () => {
    const styleOf = (codes: string) => {
      const { text, styled } = clean(`\u001b[${codes}mword\u001b[0m`)
      return spansOf({ text, styled }, [], null)[0]?.style ?? ''
    }
    expect(styleOf('38;5;226')).toContain('clamp(var(--log-least), l, var(--log-most))')
    for (const onColor of ['7', '33;43', '38;5;226;48;5;231']) {
      const style = styleOf(onColor)
      expect(style, onColor).toMatch(/background/)
      expect(style, onColor).toMatch(/(^|;)color:var\(--(text|surface)\)/)
    }
  })

  test('any bytes can be drawn', () => {
    for (let code = 0; code < 256; code++) {
      const shown = clean(`x${String.fromCharCode(code)}[31;mz\u001b[`)
      expect(
        spansOf(shown, [], null)
          .map((span) => span.text)
          .join('')
      ).toBe(shown.text)
    }
  })
})

describe('search', () => {
  const plain = { regex: false, cased: false }

  test('signs of expressions are text unless asked for', () => {
    const expression = expressionOf({ text: 'a.b(', ...plain }) as RegExp
    expect(findIn('A.B( axb(', expression)).toEqual([[0, 4]])
    expect(expressionOf({ text: '', ...plain })).toBeNull()
    expect(expressionOf({ text: '(', regex: true, cased: false })).toHaveProperty('error')
  })

  test('empty finds are none', () => {
    expect(findIn('abc', expressionOf({ text: 'x*', regex: true, cased: true }) as RegExp)).toEqual([])
  })

  const scan: Scan = (wish) => Promise.resolve(marksIn(wish))
  const loaded = async (lines: { text: string }[], expression: RegExp, how = scan) => {
    const states = []
    for await (const state of search(lines, expression, how)) states.push(state)
    return states.at(-1)
  }
  const hitsOf = (finds: Finds) => Array.from({ length: finds.count }, (_, i) => finds.at(i))

  test('of the loaded lines gives line and place, in parts that have whole lines', async () => {
    const few = await loaded([{ text: 'no' }, { text: 'yes yes' }, { text: '' }], /yes/g)
    expect(hitsOf(few?.finds ?? Finds.none)).toEqual([
      { line: 1, from: 0, to: 3 },
      { line: 1, from: 4, to: 7 }
    ])
    let parts = 0
    const counted: Scan = (wish) => {
      parts++
      return scan(wish)
    }
    const lines = Array.from({ length: 100_000 }, (_, i) => ({ text: i % 100 ? 'no '.repeat(10) : '^yes$' }))
    const many = await loaded(lines, /^\^yes\$$/g, counted)
    expect(many).toMatchObject({ done: true, error: null })
    expect(hitsOf(many?.finds ?? Finds.none)).toEqual(
      Array.from({ length: 1000 }, (_, i) => ({ line: 100 * i, from: 0, to: 5 }))
    )
    expect(parts).toBeGreaterThan(10)
    expect(await loaded([], /a/g)).toMatchObject({ done: true, finds: { count: 0 } })
  })

  test('of the loaded lines ends where there are too many, or with what is wrong', async () => {
    const dots = { text: '.'.repeat(10_000) }
    const many = await loaded(new Array<typeof dots>(150).fill(dots), /./g)
    expect(many).toMatchObject({ done: true, finds: { count: maxMarks } })
    const slow: Scan = () => Promise.resolve({ error: 'it takes for ever' })
    expect(await loaded([dots], /./g, slow)).toMatchObject({ done: true, error: 'it takes for ever' })
  })

  test('finds keep to their lines when others come before them or go', async () => {
    const { finds } = (await loaded([{ text: 'a' }, { text: 'b a' }, { text: 'aa' }], /a/g)) ?? { finds: Finds.none }
    expect([0, 1, 2, 3].map((line) => finds.of(line))).toEqual([
      [[0, 1]],
      [[2, 3]],
      [
        [0, 1],
        [1, 2]
      ],
      []
    ])
    const later = finds.moved(10)
    expect(later.count).toBe(4)
    expect([later.of(1), later.of(11)]).toEqual([[], [[2, 3]]])
    const dropped = later.moved(-11)
    expect(hitsOf(dropped)).toEqual([
      { line: 0, from: 2, to: 3 },
      { line: 1, from: 0, to: 1 },
      { line: 1, from: 1, to: 2 }
    ])
    expect(dropped.moved(-5).count).toBe(0)
  })

  test('of the whole log goes step by step, and ends with what is wrong', async () => {
    writeFileSync(path, numbered(200_000))
    const query = { text: 'line (7|150000)$', regex: true, cased: true }
    const states: WholeSearch[] = []
    const ask: AskStep = (from, give, to) => {
      const step = searchLog(path, query, from, { lines: 1000, ms: 1, give, to })
      return Promise.resolve(step.ok ? step.value : { error: step.error.message })
    }
    for await (const state of searchAll(ask, top)) states.push(state)
    expect(states.at(-1)).toMatchObject({
      ...{ done: true, error: null, read: 1, aboveCount: 0, belowCount: 2 },
      below: [{ number: 7, nth: 0 }, { number: 150_000 }]
    })
    const far = states.at(-1)?.below[1]
    const file = new LogFile(read)
    await file.openAt(far?.part.offset ?? 0, far?.part.line ?? 0)
    const line = file.window.lines.find((l) => l.at + file.window.numbering.plus === 150_000)
    expect(line?.text).toBe('line 150000')
    rmSync(path)
    const gone = await searchAll(ask, top).next()
    expect(gone.value).toMatchObject({ done: true, error: expect.stringContaining('cannot be read') as string })
  })

  test('of a log that is full of finds lists the first and counts all', async () => {
    writeFileSync(path, 'x x x\n'.repeat(200_000))
    const query = { text: 'x', regex: false, cased: true }
    const step: AskStep = (from, give) => {
      const found = searchLog(path, query, from, { lines: 1000, ms: 1000, give })
      return Promise.resolve(found.ok ? found.value : { error: found.error.message })
    }
    let last: WholeSearch | null = null
    for await (const state of searchAll(step, top)) last = state
    expect(last).toMatchObject({ done: true, belowCount: 600_000, read: 1 })
    expect(last?.below).toHaveLength(maxHits)
  })

  test('of the whole log begins where one looks, goes round, and finds each once; grown, it goes on', async () => {
    const lines = 50_000
    writeFileSync(path, numbered(lines))
    const query = { text: '0000$', regex: true, cased: true }
    const ask: AskStep = (from, give, to) => {
      const step = searchLog(path, query, from, { lines: 1000, ms: 1, give, to })
      return Promise.resolve(step.ok ? step.value : { error: step.error.message })
    }
    const states: WholeSearch[] = []
    const start = { offset: Buffer.byteLength(numbered(29_999)), line: 30_000 }
    for await (const state of searchAll(ask, start)) states.push(state)
    const found = at(states, states.length - 1)
    expect(found.below.map(({ number }) => number)).toEqual([30_000, 40_000, 50_000])
    expect(found.above.map(({ number }) => number)).toEqual([10_000, 20_000])
    expect([found.belowCount, found.aboveCount, found.done]).toEqual([3, 2, true])
    appendFileSync(path, 'line 60000\n')
    const more = await searchOn(ask, found)
    expect(more.below.map(({ number }) => number)).toEqual([30_000, 40_000, 50_000, 50_001])
    expect(more.belowCount).toBe(4)
  })
})

describe('values', () => {
  const text = (raw: string, width?: number) =>
    pretty(raw, width)
      .map((line) => line.map((token) => token.text).join(''))
      .join('\n')

  test('scalars stay as they are written', () => {
    expect(text('[2.0, 9007199254740993, NaN, -Infinity, "a\\u00e9"]')).toBe(
      '[2.0, 9007199254740993, NaN, -Infinity, "a\\u00e9"]'
    )
  })

  test('what does not fit is indented', () => {
    expect(text('{"10": [1, 2], "2": {}}', 10)).toBe('{\n  "10": [1, 2],\n  "2": {}\n}')
  })

  test('what fits stays on its line, brackets and commas counted', () => {
    const raw = '{"a":[1,\n2],"b":{"c":"d"}}'
    expect(text(raw, 29)).toBe('{\n  "a": [1, 2],\n  "b": {"c": "d"}\n}')
    expect(text(raw, 30)).toBe('{"a": [1, 2], "b": {"c": "d"}}')
    expect(pretty('{"k": [NaN, -1.5, "s"]}')[0]?.map(({ kind }) => kind)).toEqual([
      ...['mark', 'key', 'mark', 'mark', 'word', 'mark', 'number', 'mark', 'string', 'mark', 'mark']
    ])
  })
})

describe('files in values', () => {
  test('absolute paths with an ending are files', () => {
    const found = (texts: readonly string[]) =>
      filesOf(JSON.stringify(texts), [], '/show').files.map(({ path }) => path)
    const paths = ['/a/b.png', 'C:\\a\\b.exr', 'x:/a.b', '\\\\srv\\a.exr']
    expect(found(paths)).toEqual(paths)
    expect(found(['a/b.png', '/a/folder', 'http://x/a.png', '/', '/a\n/b.c'])).toEqual([])
    expect(found(['./out/a.1.png', '../b.png'])).toEqual(['/show/out/a.1.png', '/b.png'])
  })

  test('ranges in their printed form', () => {
    expect(framesOf('1-9x4,20,-2--1,a,2.0')).toEqual(['1', '5', '9', '20', '-2', '-1', 'a', '2.0'])
    expect(framesOf('')).toEqual([])
  })

  test('patterns are written out with the frames, each file is named once', () => {
    const raw = '{"p": "/s/a.%02d.png", "q": ["/s/a.01.png", "/s/b.exr"]}'
    expect(filesOf(raw, ['1', '2'], null).files).toEqual([
      { path: '/s/a.01.png', frame: '1', kind: 'picture', mayBe: null },
      { path: '/s/a.02.png', frame: '2', kind: 'picture', mayBe: null },
      { path: '/s/b.exr', frame: null, kind: 'decoded', mayBe: null }
    ])
    expect(filesOf(raw, [], null).patterns).toEqual(['/s/a.%02d.png'])
  })

  test('tiles are looked for whatever the frames; a lone # without frames is a name', () => {
    const tiles = filesOf('["/t/rock.<UDIM>.exr"]', [], null).files
    expect(tiles).toHaveLength(100)
    expect(tiles[1]).toEqual({ path: '/t/rock.1002.exr', frame: '1002', kind: 'decoded', mayBe: '/t/rock.1002.exr' })
    expect(filesOf('["/t/rock.%04d.<UDIM>.exr"]', [], null).patterns).toEqual(['/t/rock.%04d.<UDIM>.exr'])
    expect(filesOf('["/t/take#2.png"]', [], null).files.map(({ path }) => path)).toEqual(['/t/take#2.png'])
  })

  test('a view of which one frame is there should have all; one without any is none that the picture has', () => {
    const { files } = filesOf('["/s/c_%V.%02d.exr", "/s/plain.exr"]', ['1', '2'], null)
    expect(files).toHaveLength(7)
    const there = thereOf(files, (path) => path === '/s/c_left.01.exr')
    expect(there.map(({ path }) => path)).toEqual(['/s/c_left.01.exr', '/s/c_left.02.exr', '/s/plain.exr'])
  })

  test('a gap is what the step of a sequence leaves out', () => {
    expect(spanOf(['1', '2', '5'])).toEqual(['1', '2', '3', '4', '5'])
    expect(spanOf(['10', '20', '40'])).toEqual(['10', '20', '30', '40'])
    expect(spanOf(['7'])).toEqual(['7'])
    expect(spanOf([])).toEqual([])
    expect(spanOf(['1', '2', '90000'])).toEqual(['1', '2', '90000'])
  })

  test('addresses', () => {
    expect(urlOf('/a b/c#1?.png')).toBe('file:///a%20b/c%231%3F.png')
    expect(urlOf('C:\\r\\a.png', 3)).toBe('file:///C:/r/a.png?v=3')
    expect(urlOf('\\\\srv\\share\\a.png')).toBe('file://srv/share/a.png')
  })
})
