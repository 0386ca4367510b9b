/** What is being typed: the command that it belongs to, and what may stand at its end. */
import type { Argument, Command, Option } from 'commander'

export interface Line {
  /** the command typed so far */
  command: Command
  /** the option whose value is being typed; null: none is */
  option: Option | null
  /** the argument that may stand here */
  argument: Argument | null
  /** commands may stand here */
  commands: boolean
  /** what is typed of the last word */
  start: string
  /** what stands before it in the same word, such as `--state=` */
  before: string
}

/** Reads the words behind `backlot`; the last one is being typed and may be empty. */
export function readLine(program: Command, words: readonly string[]): Line {
  let command = program
  let option: Option | null = null
  let count = 0
  for (const word of words.slice(0, -1)) {
    // bash makes words of their own of equals signs
    if (word === '=') continue
    if (option) option = null
    else if (word.startsWith('-')) option = takesNext(command, word)
    else {
      const sub = count === 0 ? command.commands.find((one) => one.name() === word) : undefined
      if (sub) command = sub
      else count++
    }
  }
  const last = words.at(-1) ?? ''
  const equals = last.startsWith('--') ? last.indexOf('=') : -1
  if (equals > 0) {
    const named = optionOf(command, last.slice(0, equals))
    return lineAt(command, named, { count, start: last.slice(equals + 1), before: last.slice(0, equals + 1) })
  }
  return lineAt(command, option, { count, start: last === '=' ? '' : last, before: '' })
}

type Rest = Pick<Line, 'start' | 'before'> & { count: number }

function lineAt(command: Command, option: Option | null, { count, start, before }: Rest): Line {
  const { registeredArguments: known } = command
  const last = known.at(-1)
  const argument = option ? null : (known[count] ?? (last?.variadic ? last : null))
  return { command, option, argument, commands: option === null && count === 0, start, before }
}

/** The option that the next word is the value of. */
function takesNext(command: Command, word: string): Option | null {
  if (word.includes('=')) return null
  const found = optionOf(command, word)
  return found && (found.required || found.optional) ? found : null
}

function optionOf(command: Command, word: string): Option | null {
  const found = optionsOf(command).find(({ short, long }) => word === short || word === long)
  return found ?? null
}

/** Of the command and of those above it. */
export const optionsOf = (command: Command): Option[] => [
  ...command.createHelp().visibleOptions(command),
  ...(command.parent ? command.parent.createHelp().visibleOptions(command.parent) : [])
]
