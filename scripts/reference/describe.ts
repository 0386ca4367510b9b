/** The program's commands as plain values, taken from the very program that runs: what the documents say of it is so. */
import type { Argument, Command, Option } from 'commander'
import { examplesOf } from '../../src-main/cli/help.ts'

export interface Term {
  /** as it is typed */
  term: string
  about: string
}

export interface CommandFacts {
  /** with the words before it: `backlot interpreter set` */
  name: string
  usage: string
  about: string
  arguments: Term[]
  options: Term[]
  /** what to type, and what it does */
  examples: readonly (readonly [line: string, does: string])[]
  /** those below it, such as `set` of `interpreter` */
  commands: CommandFacts[]
}

/** A command with those below it; what is hidden is left out, and so is `help`, which commander adds everywhere. */
export function factsOf(command: Command, above = ''): CommandFacts {
  const help = command.createHelp()
  const name = above === '' ? command.name() : `${above} ${command.name()}`
  return {
    name,
    usage: `${above === '' ? '' : `${above} `}${command.name()} ${command.usage()}`.trim(),
    about: command.description(),
    arguments: help.visibleArguments(command).map(argumentTerm),
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help' || above === '')
      .map(optionTerm),
    examples: examplesOf(command),
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== 'help')
      .map((one) => factsOf(one, name))
  }
}

function argumentTerm(argument: Argument): Term {
  const dots = argument.variadic ? '...' : ''
  const term = argument.required ? `<${argument.name()}${dots}>` : `[${argument.name()}${dots}]`
  return { term, about: withChoices(argument.description, argument.argChoices) }
}

function optionTerm({ flags, description, argChoices, defaultValue }: Option): Term {
  const about = withChoices(description, argChoices)
  return { term: flags, about: typeof defaultValue === 'string' ? `${about} (default: ${defaultValue})` : about }
}

const withChoices = (text: string, choices: readonly string[] | undefined): string =>
  choices === undefined ? text : `${text}: ${choices.join(', ')}`
