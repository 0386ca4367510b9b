import { expect, test } from 'vitest'
import { exitCodeText } from '../../src-main/domain/exit-code.ts'

test.each([
  [0, '0'],
  [137, '137'],
  [300, '300'],
  [0x7fffffff, '2147483647'],
  [3221225477, '0xC0000005 (access violation)'],
  [-1073741819, '0xC0000005 (access violation)'],
  [3221225786, '0xC000013A (ended by Ctrl-C)'],
  [0xc0001234, '0xC0001234'],
  [4294967295, '-1'],
  [-1, '-1'],
  [4294966296, '-1000']
])('%s is shown as %s', (code, text) => expect(exitCodeText(code)).toBe(text))
