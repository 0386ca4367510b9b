import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directiveWord, readDirective } from '../../src-main/domain/directives.ts'
import type { Said } from '../../src-main/domain/log-reader.ts'
import { lastLines } from '../../src-main/core/attempt/read.ts'
import { readerOf } from '../../src-main/core/attempt/readers.ts'
import { LogWatch } from '../../src-main/core/attempt/watch.ts'
import { scratch } from '../helpers/app.ts'

const progress = (percent: number) => ({ kind: 'progress', percent })

describe('the lines farms read (export-rules 3.5)', () => {
  test.each<[string, object | null]>([
    ['openjd_progress: 42.5', progress(42.5)],
    ['openjd_status: loading scene', { kind: 'status', message: 'loading scene' }],
    ['openjd_fail: no licence', { kind: 'fail', message: 'no licence' }],
    ['TR_PROGRESS 042%', progress(42)],
    ['ALF_PROGRESS 42%', { ...progress(42), of: 'frame' }],
    ['[16:09:11] ALF_PROGRESS 45.5%', { ...progress(45.5), of: 'frame' }],
    ['[render 3] TR_PROGRESS 045.5%', progress(45.5)],
    ['Progress: 45.2%', { ...progress(45.2), of: 'either' }],
    ['TR_EXIT_STATUS 3', { kind: 'exit', code: 3 }],
    ['ALF_EXIT_STATUS 0', { kind: 'exit', code: 0 }],
    ['[render] Progress: 42% of the frame', { ...progress(42), of: 'either' }],
    ['PROGRESS: 42%', progress(42)],
    ['ACTIVITY: baking', { kind: 'status', message: 'baking' }],
    ['[ PARSER ERROR ] out of memory', { kind: 'fail', message: '[ PARSER ERROR ] out of memory' }],
    ['@IMAGE@/r/a.0001.exr', { kind: 'image', path: '/r/a.0001.exr' }],
    ["Saved: '/r/a.0001.png'", null],
    ['openjd_progress: 142', null],
    ['openjd_progress: ten', null],
    ['# openjd_progress: 10', null],
    ['an ordinary line about 42%', null]
  ])('%s', (line, expected) => expect(readDirective(line)).toEqual(expected))

  test.each<[string, string | null]>([
    ['openjd_status: loading scene', 'openjd_status:'],
    ['[render] Progress: 42% of the frame', 'Progress:'],
    ['done [ PARSER FATAL ERROR ] out of memory', '[ PARSER FATAL ERROR ]'],
    ['frame 1 @IMAGE@/r/a.0001.exr', '@IMAGE@'],
    ['ALF_EXIT_STATUS -1', 'ALF_EXIT_STATUS'],
    ['openjd_progress: 142', null],
    ['an ordinary line about 42%', null]
  ])('the word of %j is %j', (line, word) => {
    const place = directiveWord(line)
    expect(place && line.slice(...place)).toBe(word)
  })
})

describe('a log that grows', () => {
  const all = (watch: LogWatch) => {
    const found: Said[] = []
    for (let more = true; more;) {
      const read = watch.read(0)
      found.push(...read.said)
      more = read.more
    }
    return percents(found)
  }
  const percents = (all: readonly Said[]) =>
    all.map((said) => (said.kind === 'progress' ? progress(said.measure.percent ?? NaN) : said))
  const watched = (path: string) => new LogWatch(path, 0, () => readerOf(undefined))

  test('directives are found in whole lines, also when they arrive in pieces and among megabytes', () => {
    const path = join(scratch(), 'log')
    writeFileSync(path, 'hello\nopenjd_prog')
    const watch = watched(path)
    expect(all(watch)).toEqual([])
    appendFileSync(path, 'ress: 10\nTR_PROG')
    expect(all(watch)).toEqual([progress(10)])
    appendFileSync(path, `RESS 20%\n${'x'.repeat(3_000_000)}\n${'line\n'.repeat(500_000)}openjd_progress: 30\n`)
    expect(all(watch)).toEqual([progress(20), progress(30)])
    appendFileSync(path, 'openjd_progress: 100')
    expect([...all(watch), ...percents(watch.end())]).toEqual([progress(100)])
  })

  test('what the head says, such as the command itself, is no directive', () => {
    const path = join(scratch(), 'log')
    const head = 'cd /x && echo\nopenjd_fail: an argument of the command\n# output:\n'
    writeFileSync(path, head)
    const watch = watched(path)
    watch.skip(head.length)
    expect(watch.hasRead(head.length)).toBe(true)
    appendFileSync(path, 'openjd_progress: 10\n')
    expect(watch.hasRead(head.length + 20)).toBe(false)
    expect(all(watch)).toEqual([progress(10)])
  })

  test('a log that is deleted or cut while it grows is no error', () => {
    const path = join(scratch(), 'log')
    writeFileSync(path, 'openjd_progress: 10\n')
    const watch = watched(path)
    all(watch)
    rmSync(path)
    expect(all(watch)).toEqual([])
    writeFileSync(path, 'openjd_progress: 5\n')
    expect(all(watch)).toEqual([progress(5)])
  })

  test('its last lines are read from the end of a file of any size', () => {
    const path = join(scratch(), 'log')
    writeFileSync(path, `${'x'.repeat(5_000_000)}\nlast but one\nlast\n`)
    expect(lastLines(path, 2)).toEqual(['last but one', 'last'])
    expect(lastLines(`${path}.gone`, 2)).toEqual([])
  })
})
