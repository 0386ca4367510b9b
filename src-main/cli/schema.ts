/** What --json prints, described for programs: the JSON Schema of each command. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { didYouMean } from '../domain/near.ts'
import { Failure, tell, write } from './base.ts'
import type { DocumentName } from './documents.ts'
import { examples } from './help.ts'

/** schema */
export function addSchemaCommand(program: Command): void {
  const command = program
    .command('schema')
    .argument(
      '[command...]',
      `a command, such as jobs, run --dry-run or interpreter list; error: what is told of a failure`
    )
    .description('the JSON Schema of what a command prints with --json')
    .option('--all <dir>', 'write those of all commands into this folder')
    .allowUnknownOption()
    .action(async (words: string[], flags: { all?: string }) => {
      const all = await import('./documents.ts')
      if (flags.all !== undefined) writeAll(all, flags.all)
      else if (words.length === 0) write([...all.documentNames, projectName].join('\n'))
      else if (words.join(' ') === projectName)
        write(JSON.stringify((await import('./project-shape.ts')).projectSchema(), null, 2))
      else write(JSON.stringify(all.schemaOf(nameOf(all, words)), null, 2))
    })
  examples(command, ['backlot schema', 'the commands that have one'], ['backlot schema run --dry-run', 'of a dry run'])
}

type Documents = typeof import('./documents.ts')

/** The file of a project has a schema, too. */
const projectName = 'backlot.json'

function nameOf({ documentNames }: Documents, words: readonly string[]): DocumentName {
  const text = words.join(' ')
  const found = documentNames.find((name) => name === text)
  if (found) return found
  throw new Failure({
    kind: 'usage',
    message: `there is no schema of ${JSON.stringify(text)}${didYouMean(text, documentNames)}; there are: ${documentNames.join(', ')}`
  })
}

function writeAll({ documentNames, schemaFile, schemaOf }: Documents, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of documentNames) {
    const path = join(folder, schemaFile(name))
    writeFileSync(`${path}.part`, `${JSON.stringify(schemaOf(name), null, 2)}\n`)
    renameSync(`${path}.part`, path)
  }
  tell(`${documentNames.length} schemas are in ${folder}`)
}
