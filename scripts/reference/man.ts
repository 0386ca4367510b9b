/** The manual page backlot(1), in man(7)'s macros. */
import { exitTexts } from '../../src-main/cli/exit-codes.ts'
import { foreignVariables, variables } from '../../src-main/domain/variables.ts'
import type { CommandFacts, Term } from './describe.ts'

/** Text of roff: a backslash is its sign, and a line that begins with a dot or an apostrophe would be a request. */
export const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll('“', '\\(lq')
    .replaceAll('”', '\\(rq')
    .replaceAll('…', '\\&...')
    .replaceAll('–', '\\(en')
    .replaceAll('→', '\\(->')
    .replaceAll('~', '\\(ti')
    .replaceAll(/^([.'])/gm, '\\&$1')

/** Lines of roff, none of them longer than people read; a line that is broken begins with no request. */
const text = (words: string): string[] =>
  words
    .split(' ')
    .reduce<string[]>((lines, word) => {
      const last = lines.at(-1)
      if (last !== undefined && `${last} ${word}`.length <= longest) return [...lines.slice(0, -1), `${last} ${word}`]
      return [...lines, word]
    }, [])
    .map(roff)

/** With room for the signs that roff has for dashes and quotes. */
const longest = 64

const term = ({ term: typed, about }: Term): string[] => ['.TP', `.B ${roff(typed)}`, ...text(about || 'as it says')]

const section = (title: string, lines: readonly string[]): string[] => [`.SH ${title}`, ...lines]

/** All of a command and of those below it. */
function commandLines(command: CommandFacts): string[] {
  if (command.commands.length > 0) return command.commands.flatMap(commandLines)
  return [
    `.SS "${roff(command.usage.replace(/^backlot /, ''))}"`,
    ...text(`${command.about}.`),
    ...command.arguments.flatMap(term),
    ...command.options.flatMap(term)
  ]
}

const exampleLines = (program: CommandFacts): string[] =>
  program.examples.flatMap(([line, does]) => term({ term: line, about: does }))

const files: readonly Term[] = [
  { term: '~/.local/share/backlot', about: 'the data folder on Linux: the store, logs and results' },
  { term: '~/Library/Application Support/Backlot', about: 'the same on macOS' },
  { term: '%LOCALAPPDATA%\\Backlot', about: 'the same on Windows' },
  { term: 'backlot.json', about: 'a project’s defaults, in the working folder or above it' },
  { term: 'backlot.worker.yaml', about: 'what a worker of the farm has, beside the graph' }
]

/** `date`: as YYYY-MM-DD. */
export function manPage(program: CommandFacts, version: string, date: string): string {
  const lines = [
    `.\\" Written by scripts/reference.ts from the program itself.`,
    `.TH BACKLOT 1 "${date}" "Backlot ${version}" "User Commands"`,
    ...section('NAME', ['backlot \\- rehearse a render\\-farm job on one machine']),
    ...section('SYNOPSIS', ['.B backlot', '.RI [ options ]', '.I command', '.RI [ arguments ]']),
    ...section('DESCRIPTION', [
      ...text(program.about),
      ...text(
        'Jobs are flowpipe graphs (.json, .py) or graphs in TypeScript (.ts). Data goes to stdout, progress to stderr.'
      )
    ]),
    ...section('OPTIONS', program.options.flatMap(term)),
    ...section('COMMANDS', program.commands.flatMap(commandLines)),
    ...section(
      'EXIT STATUS',
      Object.entries(exitTexts).flatMap(([code, text]) => term({ term: code, about: text }))
    ),
    ...section('ENVIRONMENT', [
      ...Object.entries(variables).flatMap(([name, { about }]) => term({ term: name, about })),
      ...foreignVariables.flatMap(([names, about]) => term({ term: names, about }))
    ]),
    ...section('FILES', files.flatMap(term)),
    ...section('EXAMPLES', exampleLines(program))
  ]
  return `${lines.join('\n')}\n`
}
