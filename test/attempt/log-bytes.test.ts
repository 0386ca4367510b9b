import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendNote } from '../../src-main/core/attempt/log.ts'
import { LogBytes } from '../../src-main/core/attempt/log-bytes.ts'
import { lastLines } from '../../src-main/core/attempt/read.ts'
import { headEnd, headMark } from '../../src-main/domain/log-lines.ts'
import { scratch } from '../helpers/app.ts'

const head = `${headMark}1 task 1 attempt 1: "A"\n# cwd: ${'/show'.repeat(100)}\n${headEnd}\n`

/** The last lines of a log of which a program printed this, with Backlot's note behind it. */
function linesOf(printed: Buffer, count: number): string[] {
  const path = join(scratch(), 'log')
  writeFileSync(path, Buffer.concat([Buffer.from(head), printed]))
  appendNote(path, 'exit code 3')
  return lastLines(path, 10)
    .filter((line) => line !== '')
    .slice(-count)
}
const wide = (text: string) => Buffer.from(text, 'utf16le')

test('UTF-16 without its mark is read, however much of the log is UTF-8', () => {
  expect(linesOf(wide('line\nERROR: no licence\n'), 3)).toEqual(['line', 'ERROR: no licence', '# backlot: exit code 3'])
  const text = new LogBytes().asText(Buffer.concat([Buffer.from(head), wide('R90000  45%\n')])).toString()
  expect(text).toBe('R90000  45%\n')
})

test('UTF-16 without its mark is read with all its letters, in either order of bytes, wherever it was cut', () => {
  const text = 'Anfang\r\nFEHLER: Lizenz für Würfel fehlt, 3 €\r\nlast'
  const shown = ['Anfang\r', 'FEHLER: Lizenz für Würfel fehlt, 3 €\r', 'last']
  const read = (printed: Buffer) => new LogBytes().asText(printed).toString().split('\n')
  expect(read(wide(text))).toEqual(shown)
  expect(read(wide(text.replaceAll('€', 'ß')).swap16())).toEqual(shown.map((line) => line.replaceAll('€', 'ß')))
  expect(read(wide(text).subarray(3))[1]).toBe(shown[1])
  expect(linesOf(wide(text), 3)[0]).toContain('für Würfel fehlt, 3 €')
})

test('a zero here and there is kept', () => {
  expect(linesOf(Buffer.from('a line\0 with one\n'), 2)[0]).toMatch(/^a line.* with one$/)
  expect(linesOf(Buffer.from('a line\0 with one\n'), 2)[0]).not.toBe('a line with one')
})

test('binary data that begins like UTF-16 is none: what follows is read as it is', () => {
  const printed = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('bad\nValueError: x\n')])
  expect(linesOf(printed, 3).slice(1)).toEqual(['ValueError: x', '# backlot: exit code 3'])
  expect(new LogBytes().asText(printed).toString()).toContain('\nValueError: x\n')
  expect(linesOf(wide('\ufeffERROR: Größe 上海\n'), 2)).toEqual(['ERROR: Größe 上海', '# backlot: exit code 3'])
})
