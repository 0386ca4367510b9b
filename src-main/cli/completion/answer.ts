/** The answer to a shell that completes: commands, options, words that an option takes, and names from the store. */
import { shownText } from '../../core/attempt/shown.ts'
import type { Argument, Command, Option } from 'commander'
import { optionsOf, readLine, type Line } from './line.ts'
import { namesOf, type Kind, type Name } from './names.ts'
import { directives } from './shells.ts'

/** More names than these nobody reads. */
const most = 1000

/** A name and what it is a line, then whether names of files fit, too (`:0`) or not (`:4`). */
export async function answerTo(program: Command, words: readonly string[]): Promise<string> {
  const line = readLine(program, words)
  const kinds = kindsOf(line)
  const found = [...fixed(line), ...(await Promise.all(kinds.map(namesOf))).flat()]
  const fitting = found.filter(({ value }) => value.startsWith(line.start)).slice(0, most)
  const files = wantsFiles(line) && fitting.length === 0
  const lines = fitting.map(({ value, about }) => `${line.before}${shownText(value)}\t${shownText(about)}`)
  return [...lines, `:${files ? directives.files : directives.noFiles}`, ''].join('\n')
}

/** What does not hang on the store. */
function fixed(line: Line): Name[] {
  const words = (line.option ?? line.argument)?.argChoices?.map((value) => ({ value, about: '' })) ?? []
  if (line.option) return words
  if (line.start.startsWith('-')) return optionsOf(line.command).flatMap(named)
  const commands = line.commands ? line.command.createHelp().visibleCommands(line.command) : []
  return [...commands.map((one) => ({ value: one.name(), about: one.summary() || one.description() })), ...words]
}

const named = ({ long, description }: Option): Name[] => (long ? [{ value: long, about: description }] : [])

/** What an option's value or an argument is called in its help tells what it is. */
const kindOfWord: Readonly<Record<string, readonly Kind[]>> = {
  ...{ job: ['job'], jobs: ['job'], left: ['job'], right: ['job'], task: ['task'], name: ['interpreter'] },
  ...{ 'task|job': ['job', 'task'], 'graph|job': ['job'], node: ['node'], 'node=size': ['node'] }
}

const wordOf = ({ option, argument }: { option: Option | null; argument: Argument | null }): string =>
  option ? (/[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? '') : (argument?.name() ?? '')

function kindsOf(line: Line): readonly Kind[] {
  if (!line.option && line.start.startsWith('-')) return []
  return kindOfWord[wordOf(line)] ?? []
}

const fileWords = new Set(['graph', 'graph|job', 'file', 'dir', 'path', 'folder', 'log', 'program'])
const wantsFiles = (line: Line): boolean => fileWords.has(wordOf(line))
