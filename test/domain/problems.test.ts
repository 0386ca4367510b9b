import { expect, test } from 'vitest'
import {
  isError,
  isNotable,
  problemSentence,
  severities,
  worstFirst,
  type Problem
} from '../../src-main/domain/problems.ts'

const problem = (severity: Problem['severity'], code: string): Problem => ({
  ...{ severity, code, node: null, name: null },
  ...{ message: 'it is so', remedy: 'do this' }
})

test('the worst first, equal ones in the order found, the list given untouched', () => {
  const found = [problem('info', 'a'), problem('error', 'b'), problem('warning', 'c'), problem('error', 'd')]
  expect(worstFirst(found).map(({ code }) => code)).toEqual(['b', 'd', 'c', 'a'])
  expect(found.map(({ code }) => code)).toEqual(['a', 'b', 'c', 'd'])
})

test('errors stop a job, errors and warnings are worth a line', () => {
  expect(severities.filter((severity) => isError({ severity }))).toEqual(['error'])
  expect(severities.filter((severity) => isNotable({ severity }))).toEqual(['error', 'warning'])
})

test('a sentence begins with the node, if there is one', () => {
  expect(problemSentence({ name: 'Render', message: 'it has no frames' })).toBe('Render: it has no frames')
  expect(problemSentence({ name: '', message: 'it has no frames' })).toBe(': it has no frames')
  expect(problemSentence({ name: null, message: 'it has no nodes' })).toBe('it has no nodes')
})
