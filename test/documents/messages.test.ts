/** The messages of the troubleshooting page are ones that Backlot has: each of their parts stands in the sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
const sources = ['src-main', 'python', 'bin']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|py|cjs)$/.test(file))
      .map((file) => readFileSync(join(root, folder, file), 'utf8'))
  )
  .join('\n')
  .replaceAll(/\\(['"`])/g, '$1')

const messages = [...page.matchAll(/^(?:### (.+?)|## (this is .+?))(?: \{#\w+\})?$/gm)].map(
  ([, message, bug]) => message ?? bug ?? ''
)

test.each(messages)('%s', (message) => {
  const parts = message
    .replaceAll('`', '')
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part.length > 2)
  expect(parts.length).toBeGreaterThan(0)
  expect(parts.filter((part) => !sources.includes(part))).toEqual([])
})

test('the kinds of problems and findings that it names are there', () => {
  const codes = [...page.matchAll(/^`([a-z]+(?:-[a-z]+)+)`[:,]/gm)].map(([, code]) => code ?? '')
  expect(codes.length).toBeGreaterThan(20)
  expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})
