/** The pages of the commands: one each. */
import type { CommandFacts, Term } from './describe.ts'
import { code, fence, page, table, words } from './markdown.ts'

export interface Page {
  /** below docs/reference */
  path: string
  text: string
}

/** Options that every command takes stand on the index alone. */
export function commandPages(program: CommandFacts): Page[] {
  return [
    { path: 'commands/index.md', text: indexPage(program) },
    ...program.commands.map((command) => ({ path: `commands/${slug(command)}.md`, text: commandPage(command) }))
  ]
}

/** `backlot interpreter set` → `interpreter`: the word behind the program's name. */
const slug = ({ name }: CommandFacts): string => name.split(' ')[1] ?? name

const indexPage = (program: CommandFacts): string =>
  page('Commands', [
    words(program.about),
    'Data goes to stdout, progress and messages to stderr. `backlot help COMMAND` prints what stands here.',
    table(
      ['command', 'what it does'],
      program.commands
        .flatMap((command) => [command, ...command.commands])
        .map((one) => [`[${code(one.name)}](./${slug(one)}.md)`, words(one.about)])
    ),
    '## Options of every command',
    terms('option', program.options),
    '## Examples',
    exampleTable(program)
  ])

const commandPage = (command: CommandFacts): string =>
  page(command.name, [...partsOf(command), ...command.commands.flatMap((one) => [`## ${one.name}`, ...partsOf(one)])])

const partsOf = (command: CommandFacts): string[] => [
  sentence(command.about),
  command.commands.length === 0 ? fence('sh', [command.usage]) : '',
  command.arguments.length > 0 ? terms('argument', command.arguments) : '',
  command.options.length > 0 ? terms('option', command.options) : '',
  command.examples.length > 0 ? exampleTable(command) : ''
]

const sentence = (text: string): string =>
  text === '' ? '' : words(`${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`)

const terms = (head: string, list: readonly Term[]): string =>
  table(
    [head, 'meaning'],
    list.map(({ term, about }) => [code(term), words(about)])
  )

const exampleTable = ({ examples }: CommandFacts): string =>
  table(
    ['example', 'what it does'],
    examples.map(([line, does]) => [code(line), words(does)])
  )
