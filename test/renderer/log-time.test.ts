import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readPart } from '../../src-main/core/attempt/read.ts'
import type { ReadPart } from '../../src-renderer/log/file.ts'
import {
  lineAt,
  onScale,
  placeOf,
  spanOf,
  stampOf,
  stampText,
  wantedOf,
  type Span,
  type Stamp
} from '../../src-renderer/log/time.ts'

const folder = mkdtempSync(join(tmpdir(), 'backlot-time-'))
const path = join(folder, 'attempt.log')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Reads as the core does, and counts what is read. */
function reader() {
  const told = { bytes: 0, reads: 0 }
  const read: ReadPart = async (offset, bytes) => {
    const part = readPart(path, offset, bytes)
    told.reads++
    if (part.ok) told.bytes += part.value.end - part.value.start
    return part.ok ? part.value : null
  }
  return { told, read }
}
const seconds = (h: number, m: number, s: number) => (h * 3600 + m * 60 + s) * 1000
const clockText = (second: number) => new Date(second * 1000).toISOString().slice(11, 19)

async function found(text: string): Promise<string | null> {
  const { read } = reader()
  const span = (await spanOf(read)) as Span
  const wanted = wantedOf(text) as Stamp
  const offset = await placeOf(read, wanted, span)
  const lines = ((await read(offset, 1 << 20))?.text ?? '').split('\n').map((line) => ({ text: line }))
  return lines[lineAt(lines, wanted, span)]?.text ?? null
}

describe('times at the start of lines', () => {
  test.each([
    ['12:34:56 rendering', seconds(12, 34, 56)],
    ['[12:34:56.250] rendering', seconds(12, 34, 56) + 250],
    ['  (12:34:56,5) rendering', seconds(12, 34, 56) + 500],
    ['00:01:30   103MB         | 45% done', seconds(0, 1, 30)],
    ['INFO: 12:34:56 ok', seconds(12, 34, 56)],
    ['[nuke] 12:34:56 ok', seconds(12, 34, 56)],
    ['[ERROR] 1:02:03 no licence', seconds(1, 2, 3)]
  ])('%s is a clock', (line, at) => expect(stampOf(line)).toEqual({ kind: 'clock', at }))

  test.each([
    ['2026-11-25T03:09:33.327Z start', Date.UTC(2026, 10, 25, 3, 9, 33, 327)],
    ['2026-11-25 03:09:33+02:00 start', Date.UTC(2026, 10, 25, 1, 9, 33)],
    ['[2026/11/25 03:09:33] start', new Date(2026, 10, 25, 3, 9, 33).getTime()],
    ['2026-11-25 03:09:33,125 - root - INFO - start', new Date(2026, 10, 25, 3, 9, 33, 125).getTime()]
  ])('%s is a date', (line, at) => expect(stampOf(line)).toEqual({ kind: 'date', at }))

  test.each([
    'frame 12:34:56 done',
    '# started: 2026-11-25T03:09:33.327Z',
    '12:34',
    '1:2:3',
    'a 2026-11-25',
    '12:34:567',
    ''
  ])('%j has no time at its start', (line) => expect(stampOf(line)).toBeNull())

  test('a user may leave seconds and date away', () => {
    expect(wantedOf(' 14:05 ')).toEqual({ kind: 'clock', at: seconds(14, 5, 0) })
    expect(wantedOf('9:05:07')).toEqual({ kind: 'clock', at: seconds(9, 5, 7) })
    expect(wantedOf('2026-11-25 14:05')).toEqual({ kind: 'date', at: new Date(2026, 10, 25, 14, 5).getTime() })
    expect(wantedOf('noon')).toBeNull()
  })

  test('a clock is put on the scale of dates, and earlier than the start it is the next day', () => {
    const first: Stamp = { kind: 'date', at: new Date(2026, 10, 25, 23, 50, 0).getTime() }
    expect(onScale({ kind: 'clock', at: seconds(23, 55, 0) }, first)).toBe(new Date(2026, 10, 25, 23, 55).getTime())
    expect(onScale({ kind: 'clock', at: seconds(0, 5, 0) }, first)).toBe(new Date(2026, 10, 26, 0, 5).getTime())
    expect(stampText(first)).toBe('23:50:00')
  })
})

describe('a jump to a time', () => {
  test('finds the line, over lines without a time and past midnight', async () => {
    const lines = Array.from(
      { length: 40_000 },
      (_, i) => `${clockText(86_000 + i)} step ${i}\nTraceback 東京\n  at x\n`
    )
    writeFileSync(path, `# head\n${lines.join('')}`)
    expect(await found('23:53:20')).toBe('23:53:20 step 0')
    expect(await found('23:59:59')).toBe('23:59:59 step 399')
    expect(await found('00:00:01')).toBe('00:00:01 step 401')
    expect(await found('05:30:00')).toBe('05:30:00 step 20200')
    // behind its end: its last line that has a time
    expect(await found('23:00:00')).toBe(`${clockText(125_999)} step 39999`)
  })

  test('a time between two lines is the later one', async () => {
    writeFileSync(path, '10:00:00 a\n10:00:10 b\n')
    expect(await found('10:00:05')).toBe('10:00:10 b')
    expect(await found('09:00')).toBe('10:00:10 b') // before its start is after midnight, which it does not reach
  })

  test('a log without times says so', async () => {
    writeFileSync(path, 'one\ntwo\n'.repeat(1000))
    expect(await spanOf(reader().read)).toBeNull()
    writeFileSync(path, '')
    expect(await spanOf(reader().read)).toBeNull()
  })

  test('in a log of a gigabyte that names a time once a megabyte, a few of them are read', async () => {
    const size = 1e9
    const file = openSync(path, 'w')
    ftruncateSync(file, size)
    for (let i = 0; i < 1000; i++) writeSync(file, `${i ? '\n' : ''}${clockText(i * 60)} minute ${i}\n`, i * 1e6)
    closeSync(file)
    const { read, told } = reader()
    const span = (await spanOf(read)) as Span
    expect(stampText(span.first)).toBe('00:00:00')
    const offset = await placeOf(read, { kind: 'clock', at: seconds(11, 30, 30) }, span)
    expect(told.bytes).toBeLessThan(40e6)
    const part = await read(offset, 4 << 20)
    const lines = (part?.text ?? '').split('\n').map((text) => ({ text }))
    expect(lines[lineAt(lines, { kind: 'clock', at: seconds(11, 30, 30) }, span)]?.text).toBe('11:31:00 minute 691')
  })
})
