import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { searchLog, type FoundLine, type Giving, type Query } from '../../src-main/core/attempt/search.ts'
import { scratch } from '../helpers/app.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

const plain = (text: string): Query => ({ text, regex: false, cased: true })
const regex = (text: string): Query => ({ text, regex: true, cased: false })

function log(content: string): string {
  const path = join(scratch(), 'log')
  writeFileSync(path, content)
  return path
}

/** All steps of a search. */
function found(path: string, query: Query, lines = Infinity) {
  const all: FoundLine[] = []
  let place = { offset: 0, line: 1 }
  let steps = 0
  for (let done = false; !done; steps++) {
    const step = unwrap(searchLog(path, query, place, { lines, ms: Infinity }))
    all.push(...step.lines)
    place = step.next
    done = step.done
  }
  return { all, place, steps }
}
const numbers = (path: string, query: Query) => found(path, query).all.map(({ number }) => number)
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('')

describe('a search of a log', () => {
  test('gives line numbers over many parts, and from where to load to see them', () => {
    const path = log(numbered(200_000))
    const { all } = found(path, regex('line (7|150000)$'))
    expect(all.map(({ number, text, finds }) => [number, text, finds])).toEqual([
      [7, 'line 7', 1],
      [150_000, 'line 150000', 1]
    ])
    const far = all[1]?.part ?? { offset: 0, line: 0 }
    expect(far.line).toBeLessThanOrEqual(150_000)
    expect(unwrap(searchLog(path, plain('line 150000'), far, { lines: 1, ms: Infinity })).lines[0]?.number).toBe(
      150_000
    )
  })

  test('lines and characters that lie across the ends of parts', () => {
    const line = `${'ü'.repeat(99)}é\n`
    const path = log(line.repeat(5000))
    expect(found(path, regex('^ü{99}é$')).all).toHaveLength(5000)
    expect(found(path, plain('üé')).all).toHaveLength(5000)
    expect(found(path, plain('\ufffd')).all).toEqual([])
  })

  test('carriage returns, no newline at the end, an empty log', () => {
    expect(numbers(log('one\r\ntwo\r\nthree'), regex('^(two|three)$'))).toEqual([2, 3])
    expect(found(log('10%\r50%\r100%\nrest'), regex('%')).all).toMatchObject([{ number: 1, text: '100%', finds: 1 }])
    expect(found(log(''), plain('x'))).toMatchObject({ all: [], place: { offset: 0, line: 1 } })
  })

  test('text is found as it is shown, without its colours', () => {
    const path = log('plain\n\u001b[31mER\u001b[0mROR here\n')
    expect(found(path, plain('ERROR')).all).toMatchObject([{ number: 2, text: 'ERROR here' }])
  })

  test('upper and lower case, characters that mean something in expressions, several in a line', () => {
    const path = log('a.b A.B\naxb\n')
    expect(numbers(path, plain('a.b'))).toEqual([1])
    expect(found(path, { text: 'a.b', regex: false, cased: false }).all[0]?.finds).toBe(2)
    expect(found(path, { text: 'a.b', regex: true, cased: true }).all.map(({ number }) => number)).toEqual([1, 2])
    expect(found(path, regex('z*')).all).toEqual([])
  })

  test('a line longer than a part is searched to its end, and the lines behind it keep their numbers', () => {
    const path = log(`first\nstart ${'x'.repeat(1_000_000)} needle\nneedle\n`)
    expect(numbers(path, plain('needle'))).toEqual([2, 3])
    expect(numbers(path, plain('start'))).toEqual([2])
    const [{ text }] = found(path, plain('needle')).all as [FoundLine]
    expect(text).toMatch(/^…x{400,600} needle$/)
    expect(numbers(path, regex('x needle$'))).toEqual([2])
  })

  test('every find in a long line is counted once, wherever the pieces are cut', () => {
    const path = log(`${'needle '.repeat(30_000)}\n${'x'.repeat(20_100)}needle${'y'.repeat(300)}\nlast needle\n`)
    const finds = (query: Query) => found(path, query).all.reduce((sum, line) => sum + line.finds, 0)
    expect(finds(plain('needle'))).toBe(30_002)
    expect(finds({ text: 'NEEDLE', regex: false, cased: false })).toBe(30_002)
    expect(found(path, plain('last')).all.map(({ number }) => number)).toEqual([3])
  })

  test('a long line that is still being written is searched on from where it was', () => {
    const path = log('a'.repeat(50_000))
    const { place } = found(path, plain('needle'))
    appendFileSync(path, ' needle\nneedle\n')
    const step = unwrap(searchLog(path, plain('needle'), place, { lines: 10, ms: Infinity }))
    expect(step.lines.map(({ number, finds }) => [number, finds])).toEqual([
      [1, 1],
      [2, 1]
    ])
  })

  test.each(['utf-16le', 'utf-16be'])('a log whose program prints %s', (name) => {
    const head = '# backlot job 1\nprogram\n# output:\n'
    const text = `\ufeffeins: größer\r\n上海: 渲染\r\n${'Zeile\r\n'.repeat(60_000)}FATAL: kein Speicher\r\n`
    const bytes = Buffer.from(text, 'utf16le')
    const path = log('')
    writeFileSync(path, Buffer.concat([Buffer.from(head), name === 'utf-16le' ? bytes : bytes.swap16()]))
    appendFileSync(path, '\n# backlot: exit code 3\n')
    expect(found(path, plain('größer')).all).toMatchObject([{ number: 4, text: 'eins: größer' }])
    expect(found(path, plain('渲')).all).toMatchObject([{ number: 5, text: '上海: 渲染' }])
    expect(found(path, plain('FATAL')).all).toMatchObject([{ number: 60_006, text: 'FATAL: kein Speicher' }])
    expect(numbers(path, plain('exit code 3'))).toHaveLength(1)
    expect(found(path, plain('Zeile')).all).toHaveLength(60_000)
  })

  test('a step ends after so many lines, and goes on from there', () => {
    const path = log(numbered(100_000))
    const { all, steps } = found(path, plain('line'), 10)
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 100_000 }, (_, i) => i + 1))
    expect(steps).toBeGreaterThan(3)
    expect(unwrap(searchLog(path, plain('line'), { offset: 0, line: 1 }, { lines: Infinity, ms: 0 }))).toMatchObject({
      lines: [],
      next: { offset: 0, line: 1 },
      done: false
    })
  })

  test('a step ends within a part too, at a line, where an expression is slow', () => {
    const path = log(`${'ü'.repeat(10)}${'a'.repeat(1500)}\n`.repeat(150))
    const slow = { text: 'a.*b|^ü', regex: true, cased: true }
    let [place, count, steps] = [{ offset: 0, line: 1 }, 0, 0]
    for (let done = false; !done; steps++) {
      const step = unwrap(searchLog(path, slow, place, { lines: 1000, ms: 1, give: 'count' }))
      expect(step.lines).toEqual([])
      count += step.finds
      ;({ next: place, done } = step)
    }
    expect(steps).toBeGreaterThan(5)
    expect({ count, place }).toEqual({ count: 150, place: { offset: 150 * 1521, line: 151 } })
  })

  test('places are given without text, and finds without places', () => {
    const path = log('x x\ny\nx\n')
    const give = (giving: Giving) =>
      unwrap(searchLog(path, plain('x'), { offset: 0, line: 1 }, { lines: 10, ms: Infinity, give: giving }))
    expect(give('places')).toMatchObject({ finds: 3, lines: [{ number: 1, text: '', finds: 2 }, { number: 3 }] })
    expect(give('count')).toMatchObject({ finds: 3, lines: [], next: { offset: 8, line: 4 } })
  })

  test('a find with colours in its middle, in a part where others have none; carriage returns across a part', () => {
    const path = log(`${numbered(40_000)}\u001b[1mne\u001b[0medle\r\n${numbered(40_000)}needle\r`)
    expect(found(path, { text: 'NEEDLE', regex: false, cased: false }).all.map(({ number }) => number)).toEqual([
      40_001, 80_002
    ])
    expect(numbers(path, regex('^needle$'))).toEqual([40_001, 80_002])
  })

  test('what the log grew by is found from where the search ended', () => {
    const path = log('needle\n')
    const { place } = found(path, plain('needle'))
    appendFileSync(path, 'more\nneedle again\n')
    const step = unwrap(searchLog(path, plain('needle'), place, { lines: 10, ms: Infinity }))
    expect(step.lines).toMatchObject([{ number: 3, text: 'needle again' }])
  })

  test('an expression that is none, one that takes for ever, a log that is gone', () => {
    const path = log(`${'a'.repeat(60)}!\n`)
    const search = (where: string, query: Query) =>
      messageOf(searchLog(where, query, { offset: 0, line: 1 }, { lines: 10, ms: 10 }))
    expect(search(path, regex('(a'))).toMatch(/^"\(a" is no regular expression: /)
    expect(search(path, regex('^(a+)+$'))).toContain('takes for ever')
    expect(search(`${path}.gone`, plain('a'))).toContain('cannot be read')
  })
})
