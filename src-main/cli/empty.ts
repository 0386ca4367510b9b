/** Nothing in the place of a word: most often a shell's variable that is not set. */
import type { Command } from 'commander'
import { Failure } from './base.ts'

/** Of these nothing means something: it takes the interpreter's own away, or every name fits. */
const mayBeEmpty: readonly string[] = ['encoder', 'setup', 'reset', 'name']

/** Errors (usage): an option or a single argument that was given as nothing. */
export function refuseEmpty(program: Command, action: Command): void {
  for (const command of [program, action])
    for (const option of command.options) {
      const key = option.attributeName()
      const isGiven = command.getOptionValueSource(key) === 'cli'
      const value: unknown = command.getOptionValue(key)
      if (isGiven && !mayBeEmpty.includes(key) && (value === '' || (Array.isArray(value) && value.includes(''))))
        throw refusal(option.flags)
    }
  action.registeredArguments.forEach((argument, i) => {
    const value: unknown = action.processedArgs[i]
    if (!argument.variadic && value === '')
      throw refusal(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`)
  })
}

const refusal = (what: string): Failure =>
  new Failure({ kind: 'usage', message: `${what} is given as nothing; is a variable not set?` })
