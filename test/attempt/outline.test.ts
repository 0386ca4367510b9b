import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { outlineLog, type OutlinePlace, type OutlineStep } from '../../src-main/core/attempt/outline.ts'
import { errorStarts, kindOf, type Kind } from '../../src-main/domain/log-kinds.ts'
import { scratch } from '../helpers/app.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

const start: OutlinePlace = { offset: 0, line: 1, trace: false, bad: 0, open: false }
const head = '# backlot job 1 task 1 attempt 1: "x"\n# cwd: /Error: WARNING\ncd /x && y\n# output:\n'

function log(content: string | Buffer): string {
  const path = join(scratch(), 'log')
  writeFileSync(path, content)
  return path
}

/** All steps, each as short as can be. */
function outlined(path: string, from = start): Omit<OutlineStep, 'done' | 'size'> & { steps: number } {
  const all = { places: [] as number[], errors: [] as number[], warnings: [] as number[], head: 0, steps: 0 }
  for (let next = from; ;) {
    const step = unwrap(outlineLog(path, next, { ms: 0 }))
    all.places.push(...step.places)
    all.errors.push(...step.errors)
    all.warnings.push(...step.warnings)
    all.head += step.head
    all.steps++
    next = step.next
    if (step.done) return { ...all, tail: step.tail, next }
  }
}

/** What the window's own rule says of the same lines. */
function byRule(lines: readonly string[]): { errors: number[]; warnings: number[] } {
  const context = { head: false, trace: false }
  const kinds: Kind[] = lines.map((line) => kindOf(line, context))
  const warnings = kinds.flatMap((kind, i) => (kind === 'warning' ? [i + 1] : []))
  return { errors: errorStarts(kinds.map((kind) => ({ kind }))).map((i) => i + 1), warnings }
}

describe('the outline of a log', () => {
  test('the case: 7 MB whose error stands in its last lines, each thousandth line a warning', () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `line ${i} ${i % 1000 === 0 ? 'WARNING something odd' : 'all fine here'} ${'x'.repeat(i % 90)}`
    )
    const end = [
      'L'.repeat(20_000),
      `${'\rprogress 7%'.repeat(100)}`,
      '\u001b[1;31mbold red\u001b[0m',
      'Error: at the very end'
    ]
    const path = log(`${head}${[...lines, ...end].join('\n')}\n`)
    const found = outlined(path)
    expect(found).toMatchObject({ errors: [100_008], head: 4, tail: null, next: { line: 100_009 } })
    expect(found.warnings).toEqual(Array.from({ length: 100 }, (_, i) => 1000 * i + 5))
    expect(found.steps).toBeGreaterThan(10)
  })

  test('counts what the window counts, wherever a block ends', () => {
    const some = [
      'fine',
      'Traceback (most recent call last):',
      '  File "a.py", line 1',
      'ValueError: no',
      'goes on',
      '[mtoa] ERROR | no camera',
      '# backlot: exit code 1',
      'WARNING: odd',
      '\u001b[31mRuntimeError: red\u001b[0m',
      '10%\r20% Error: redrawn',
      ''
    ]
    // lengths that move the ends of the blocks through all of them
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `${some[(i * 7) % some.length] ?? ''}${' '.repeat(i % 5 ? 0 : i % 41)}`
    )
    const path = log(`${lines.join('\n')}\n`)
    const { errors, warnings } = outlined(path)
    expect({ errors, warnings }).toEqual(byRule(lines.map((line) => line.replace(/.*\r/, ''))))
  })

  test('every place is where that line begins', () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `ü ${i + 1}`)
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    const { places } = outlined(log(bytes))
    expect(places.length).toBeGreaterThan(8)
    for (let i = 0; i < places.length; i += 2)
      expect(bytes.subarray(places[i]).toString('utf8').split('\n', 1)[0]).toBe(`ü ${places[i + 1]}`)
  })

  test('up to a byte: the number of the line there', () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `line ${i + 1}\n`).join('')
    const path = log(text)
    const to = text.indexOf('line 34567\n')
    const step = unwrap(outlineLog(path, start, { ms: Infinity, to }))
    expect(step).toMatchObject({ next: { offset: to, line: 34_567 }, done: false })
  })

  test('a line without its end is told, and counted once it has one', () => {
    const path = log('fine\nError: half a li')
    const first = outlined(path)
    expect(first).toMatchObject({ errors: [], tail: 'error', next: { offset: 5, line: 2 } })
    appendFileSync(path, 'ne\nWARNING: and')
    const second = outlined(path, first.next)
    expect(second).toMatchObject({ errors: [2], tail: 'warning', next: { line: 3 } })
  })

  test('a line of megabytes is one line', () => {
    const path = log(`a\nError: ${'x'.repeat(3 << 20)}WARNING\nb\nFATAL: c\n`)
    expect(outlined(path)).toMatchObject({ errors: [2, 4], warnings: [], next: { line: 5, open: false } })
    const open = log(`a\n${'y'.repeat(1 << 20)}`)
    expect(outlined(open)).toMatchObject({ next: { line: 2, open: true }, tail: null })
  })

  test('UTF-16 of a program of Windows, Backlot’s note behind it', () => {
    const own = Buffer.from('\ufeffa\u0a0a\nError: b\nc\n', 'utf16le')
    const path = log(Buffer.concat([Buffer.from(head), own, Buffer.from('\n# backlot: exit code 1\n')]))
    expect(outlined(path)).toMatchObject({ errors: [6], tail: 'error', next: { line: 9 } })
  })

  test('an empty log; one that is gone', () => {
    const path = log('')
    expect(outlined(path)).toMatchObject({ places: [], next: { offset: 0, line: 1 } })
    rmSync(path)
    expect(messageOf(outlineLog(path, start, { ms: 1 }))).toContain('is gone')
  })
})
