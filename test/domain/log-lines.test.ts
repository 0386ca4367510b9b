import { expect, test } from 'vitest'
import { headEnd, headMark, isNote, noteLine } from '../../src-main/domain/log-lines.ts'

test('a note is a comment to bash and known again by its start', () => {
  expect(noteLine('it was stopped')).toBe('# backlot: it was stopped')
  const lines = [noteLine('x'), '# backlot: ', '# other', 'a # backlot: x', '# backlot job 1 task 2']
  expect(lines.filter(isNote)).toEqual(['# backlot: x', '# backlot: '])
})

test('the head ends with a line of its own, which is no note', () => {
  expect([headMark, headEnd]).toEqual(['# ', '# output:'])
  expect(isNote(headEnd)).toBe(false)
})
