/** README's tour, each line as it is printed, on files that the repository ships. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, linesOf } from './helpers/pages.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

test.skipIf(process.platform === 'win32')('the tour runs as it is printed', { timeout: 300_000 }, () => {
  const [, block = ''] = /## A tour\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? []
  const { run } = emptyFolder()
  const found = linesOf(block)
  expect(found.length).toBeGreaterThan(15)
  for (const { command, code } of found) {
    const done = run(command)
    expect([command, done.code, done.code === code ? '' : done.all]).toEqual([command, code, ''])
  }
})
