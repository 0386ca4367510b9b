import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendNote } from '../../src-main/core/attempt/log.ts'
import { scratch } from '../helpers/app.ts'

test.each([
  ['a log whose last line is open', 'line\nopen', 'line\nopen\n# backlot: it was stopped\n'],
  ['a log whose last line is ended', 'line\n', 'line\n# backlot: it was stopped\n'],
  ['an empty log', '', '# backlot: it was stopped\n'],
  ['a log that was deleted', null, '# backlot: it was stopped\n']
])('a note stands on a line of its own in %s', (_, before, after) => {
  const log = join(scratch(), 'log')
  if (before !== null) writeFileSync(log, before)
  appendNote(log, 'it was stopped')
  expect(readFileSync(log, 'utf8')).toBe(after)
})

test('a note that cannot be written is no failure', () => {
  expect(() => appendNote(join(scratch(), 'gone', 'log'), 'it was stopped')).not.toThrow()
})
