/** Every variable of Backlot's own that the sources name is in the table, and the table holds no other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { variables } from '../../src-main/domain/variables.ts'

const root = join(import.meta.dirname, '../..')
const table = 'src-main/domain/variables.ts'
const sources = ['src-main', 'src-renderer', 'python', 'bin', 'tools', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.(?:[cm]?[jt]s|svelte|py)$/.test(file) && file !== table)
)
const namesIn = (text: string): string[] => [...text.matchAll(/\bBACKLOT_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)

test('every variable that a source names is in the table', () => {
  const strange = sources.flatMap((file) =>
    namesIn(readFileSync(join(root, file), 'utf8'))
      .filter((name) => !(name in variables))
      .map((name) => `${file}: ${name}`)
  )
  expect(strange).toEqual([])
})

test('every variable of the table is used: by its own name, or by the name that the code has for it', () => {
  const keys = Object.fromEntries(
    [...readFileSync(join(root, table), 'utf8').matchAll(/^ {2}(\w+): '(BACKLOT_\w+)'/gm)].map(([, key, name]) => [
      name,
      `variableNames.${key}`
    ])
  )
  const all = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  const unused = Object.keys(variables).filter((name) => !all.includes(name) && !all.includes(keys[name] ?? name))
  expect(unused).toEqual([])
})
