/** What `--help` says of arguments that several commands take, and examples of how a command is used. */
import { InvalidArgumentError, type Command, type Option } from 'commander'
import { didYouMean } from '../domain/near.ts'

/** What stands behind `--`. */
export const functionArguments = 'behind --: what a function of the file that gives the graph is called with'

/** A file that holds a graph, and what a function in it is given. */
export const graphArgument = (command: Command): Command =>
  command
    .argument('<graph>', 'flowpipe’s JSON (.json), or code that builds a graph (.py, .ts), as FILE or FILE:NAME')
    .argument('[args...]', functionArguments)

/** A job that may be left out. */
export const jobArgument = (command: Command, usage = '[job]'): Command =>
  command.argument(
    usage,
    usage.startsWith('[') ? 'its number (default: the newest)' : 'its number, as backlot jobs lists it'
  )

/** A task, or several. */
export const taskArgument = (command: Command, usage = '<task>'): Command =>
  command.argument(usage, 'its number, its name (in the newest job that has it), or JOB/NAME')

/** One that is set. */
export const interpreterArgument = (command: Command, usage = '<name>'): Command =>
  command.argument(usage, 'the interpreter’s name, as backlot interpreter list gives it')

type Example = readonly [line: string, does: string]
const shown = new WeakMap<Command, readonly Example[]>()

/** The examples below a command's help. */
export const examplesOf = (command: Command): readonly Example[] => shown.get(command) ?? []

/** Lines below a command's help: what to type, and what it does. */
export function examples(command: Command, ...lines: readonly Example[]): Command {
  shown.set(command, lines)
  const width = Math.max(...lines.map(([line]) => line.length))
  const texts = lines.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`)
  return command.addHelpText('after', `\nExamples:\n${texts.join('\n')}`)
}

/** A repeatable option that takes one of a few words; help and completion name them. */
export function oneOf<T extends string>(option: Option, words: readonly T[]): Option {
  option.argChoices = [...words]
  return option.argParser((text: string, list: T[] = []) => {
    const found = words.find((word) => word === text)
    if (found !== undefined) return [...list, found]
    throw new InvalidArgumentError(
      `${JSON.stringify(text)} is none of them${didYouMean(text, words)}: ${words.join(', ')}.`
    )
  })
}
