/** The reference and the manual page hold all that the program has, and the parts of them that are easy to lose are there. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Command } from 'commander'
import { manText, referencePages } from '../../scripts/reference.ts'
import { rowsOf } from '../../scripts/reference/schema.ts'
import { wholeProgram } from '../../src-main/cli.ts'
import { documentNames } from '../../src-main/cli/documents.ts'
import { exitTexts } from '../../src-main/cli/exit-codes.ts'
import { metadataKeys } from '../../src-main/domain/metadata.ts'
import { variables } from '../../src-main/domain/variables.ts'
import { workerKeys } from '../../src-main/domain/worker.ts'
import { scratch } from '../helpers/app.ts'
import { mandoc } from '../helpers/man.ts'

const program = await wholeProgram()
const pages = new Map((await referencePages()).map(({ path, text }) => [path, text]))
const page = (path: string): string => pages.get(path) ?? ''

/** A command and all below it, as commander itself lists them, but for those that it hides. */
const listed = (command: Command): Command[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => [one, ...listed(one)])
const all = listed(program)
const topOf = (command: Command): string =>
  command.parent && command.parent !== program ? topOf(command.parent) : command.name()

test.each(all.map((command) => [command.name(), command] as const))('%s has all its options', (_, command) => {
  const text = page(`commands/${topOf(command)}.md`)
  expect(text).toContain(`backlot ${topOf(command)}`)
  const options = command.options.filter(({ hidden }) => !hidden).map(({ flags }) => `| \`${flags}\` |`)
  expect(options.filter((option) => !text.includes(option))).toEqual([])
})

test('every key of metadata, of the worker profile, of the documents, every exit code and variable is there', () => {
  const missing = (text: string, names: readonly string[]) => names.filter((name) => !text.includes(`\`${name}\``))
  expect(missing(page('metadata.md'), metadataKeys)).toEqual([])
  expect(missing(page('worker-profile.md'), workerKeys)).toEqual([])
  expect(missing(page('environment.md'), Object.keys(variables))).toEqual([])
  expect(documentNames.filter((name) => name !== 'error' && !page('documents.md').includes(`## ${name}\n`))).toEqual([])
  expect(Object.keys(exitTexts).filter((code) => !page('exit-codes.md').includes(`| ${code} |`))).toEqual([])
})

test('a schema is told key by key, through lists, choices and what is named by reference', () => {
  const rows = rowsOf({
    type: 'array',
    items: { $ref: '#/$defs/task' },
    $defs: {
      task: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', description: 'its name' },
          took: { anyOf: [{ type: 'number', description: 'seconds' }, { type: 'null' }] },
          parts: { type: 'array', items: { type: 'object', properties: { path: { type: ['string', 'null'] } } } }
        }
      }
    }
  })
  expect(rows.map(({ key, kind, about, required }) => [key, kind, about, required])).toEqual([
    ['[].name', 'text', 'its name', true],
    ['[].took', 'number or null', 'seconds', false],
    ['[].parts', 'list of object', '', false],
    ['[].parts[].path', 'text or null', '', false]
  ])
})

test('nothing that Markdown or the site would take for its own is left bare', () => {
  for (const [path, text] of pages) {
    const bare = text
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .replaceAll(/``.+?``|`[^`\n]+`/g, '')
      .replaceAll(/<!--.*?-->/g, '')
    expect([path, /<[a-z/!]|\{\{/i.exec(bare)?.[0] ?? '']).toEqual([path, ''])
  }
})

test('the manual page has each command with its options', async () => {
  const text = await manText()
  const plain = text.replaceAll('\\-', '-')
  for (const command of all.filter((one) => one.commands.length === 0))
    for (const { flags, hidden } of command.options) if (!hidden) expect(plain, command.name()).toContain(`.B ${flags}`)
  for (const name of Object.keys(variables)) expect(plain).toContain(`.B ${name}`)
})

test.skipIf(!mandoc())('mandoc finds nothing wrong with the manual page', async () => {
  const path = join(scratch(), 'backlot.1')
  writeFileSync(path, await manText())
  expect(spawnSync('mandoc', ['-T', 'lint', path], { encoding: 'utf8' }).stdout).toBe('')
})
