import { describe, expect, test } from 'vitest'
import { byteAt, marksOf, thumbOf } from '../../src-renderer/log/bar.ts'
import { linksIn } from '../../src-renderer/log/links.ts'
import { Outline, Sample } from '../../src-renderer/log/outline.ts'
import { spansOf } from '../../src-renderer/log/spans.ts'
import { editorCommand, isText } from '../../src-main/domain/editor.ts'

const next = (offset: number, line: number) => ({ offset, line, trace: false, bad: 0, open: false })

/** 100 bytes a line, a place every 10 lines. */
function outline(lines: number): Outline {
  const made = new Outline()
  for (let line = 1; line <= lines; line += 10)
    made.add({
      ...{ places: [(line - 1) * 100, line], errors: line === 501 ? [505] : [], warnings: [line], tail: null },
      ...{
        head: line === 1 ? 4 : 0,
        next: next((line + 9) * 100, line + 10),
        size: lines * 100,
        done: line + 10 > lines
      }
    })
  return made
}

describe('what is known of all of a log', () => {
  test('places above lines and before bytes; beyond what was counted nothing is known', () => {
    const known = outline(1000)
    expect(known.above(505)).toEqual({ offset: 50_000, line: 501 })
    expect(known.above(501)).toEqual({ offset: 50_000, line: 501 })
    expect(known.before(50_099)).toEqual({ offset: 50_000, line: 501 })
    expect(known.before(100_000)).toEqual({ offset: 100_000, line: 1001 })
    expect(known.before(100_001)).toBeNull()
    expect(known.offsetOf(505)).toBe(50_400)
    expect(known.offsetOf(5000)).toBe(100_000)
    expect([known.errorCount, known.warningCount, known.head]).toEqual([1, 100, 4])
  })

  test('of a log of any size it stays small, and its places stay right', () => {
    const known = outline(1_000_000)
    const place = known.above(777_777)
    expect(place.offset).toBe((place.line - 1) * 100)
    expect(777_777 - place.line).toBeLessThan(500)
    expect(known.warningCount).toBe(100_000)
    expect(known.warnings.lines.length).toBeLessThanOrEqual(20_000)
  })

  test('of too many lines every second is kept, and each knows which it is', () => {
    const sample = new Sample(10)
    sample.add(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(sample.count).toBe(100)
    expect(sample.lines.length).toBeLessThanOrEqual(10)
    expect(sample.lines.map((_, i) => sample.rankOf(i))).toEqual(sample.lines)
  })

  test('stepped through from a line, round at the ends', () => {
    const sample = new Sample()
    sample.add([10, 20, 30])
    expect([0, 10, 25, 30].map((line) => sample.from(line, 1))).toEqual([0, 1, 2, 0])
    expect([0, 10, 20, 99].map((line) => sample.from(line, -1))).toEqual([2, 2, 0, 2])
    expect(new Sample().from(1, 1)).toBe(-1)
  })
})

describe('the bar beside a log', () => {
  test('its thumb can always be grabbed, and where it is put is what is shown', () => {
    const size = 1e9
    const thumb = thumbOf({ from: 5e8, to: 5e8 + 4000 }, size, 300)
    expect(thumb?.height).toBe(24)
    expect(byteAt(thumb?.top ?? 0, thumb ?? { top: 0, height: 0 }, size, 300)).toBeCloseTo(5e8, -5)
    expect(thumbOf({ from: size - 4000, to: size }, size, 300)?.top).toBe(276)
    expect(thumbOf({ from: 0, to: 100 }, 100, 300)).toBeNull()
  })

  test('marks lie where the lines are, each pixel once', () => {
    const marks = marksOf(outline(1000), null, 100_000, 303)
    expect(marks.errors).toEqual([Math.round(0.504 * 300)])
    expect(marks.warnings).toHaveLength(100)
    expect(marks.hits).toEqual([])
  })
})

describe('places in files that a line names', () => {
  const links = (text: string, cwd: string | null = null) => linksIn(text, cwd).map(({ path, line }) => [path, line])

  test.each<[string, [string, number | null][]]>([
    ['  File "/show/tools/beauty.py", line 212, in render', [['/show/tools/beauty.py', 212]]],
    ['/a/b.cpp:12:3: error: no', [['/a/b.cpp', 12]]],
    ['    at run (file:///show/x/graph.ts:9:7)', [['/show/x/graph.ts', 9]]],
    ['C:\\tools\\a.mel(33): odd', [['C:\\tools\\a.mel', 33]]],
    ['// Error: file: /s/a b.mel line 3', []],
    ['// Error: file: /s/ab.mel line 3: no //', [['/s/ab.mel', 3]]],
    ['<script>alert(1)</script> https://example.com/x.html:12', []],
    ['14:05:30 frame 12 of 1.25:30', []],
    ['File "<string>", line 1', []]
  ])('%s', (text, found) => expect(links(text)).toEqual(found))

  test('what is named from the folder of the attempt', () => {
    expect(links('nodes/render.py:12: x')).toEqual([])
    expect(links('nodes/render.py:12: x', '/show/hyd/')).toEqual([['/show/hyd/nodes/render.py', 12]])
  })

  test('the link is a piece of the line, and the line stays whole', () => {
    const text = 'see /a/b.py:12 now'
    const spans = spansOf({ text, styled: text }, [[0, 3]], null, linksIn(text, null))
    expect(spans.map((span) => span.text).join('')).toBe(text)
    expect(spans.filter((span) => span.link).map((span) => span.text)).toEqual(['/a/b.py:12'])
  })
})

describe('an editor', () => {
  test.each<[string | undefined, string[] | null]>([
    ['code --wait', ['code', '--wait', '--goto', '/a b.py:12']],
    ['"/opt/my editors/subl"', ['/opt/my editors/subl', '/a b.py:12']],
    ['C:\\x\\notepad++.exe', ['C:\\x\\notepad++.exe', '-n12', '/a b.py']],
    ['gvim', ['gvim', '+12', '/a b.py']],
    ['my-own-thing; rm -rf x', ['my-own-thing;', 'rm', '-rf', 'x', '/a b.py']],
    ['vim', null],
    ['emacs -nw', null],
    ['', null],
    [undefined, null]
  ])('%s', (setting, command) => expect(editorCommand(setting, '/a b.py', 12)).toEqual(command))

  test('only texts are handed to the desktop', () => {
    expect(['/a.py', '/a.LOG', '/x/a.ma'].every(isText)).toBe(true)
    expect(['/a.desktop', '/a.sh', '/a.exe', '/a', '/a.app'].some(isText)).toBe(false)
  })
})
