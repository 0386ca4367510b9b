import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readNote } from '../../src-main/core/process/pid-file.ts'
import { scratch } from '../helpers/app.ts'

test.skipIf(process.platform === 'win32')('a signal without a name is told by its number, never as another one', () => {
  const path = join(scratch(), 'task.pid')
  const endBy = (number: number) => {
    writeFileSync(path, `12 34\ns ${number}\n`)
    return readNote(path).end
  }
  expect(endBy(9)).toEqual({ kind: 'signal', signal: 'SIGKILL' })
  expect(endBy(34)).toEqual({ kind: 'signal', signal: 'signal 34' })
})
