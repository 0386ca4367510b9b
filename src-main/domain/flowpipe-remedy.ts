/** How to give a Python flowpipe, in words that can be pasted. */
import { quoted } from './command.ts'
import { shippedProgram, type Interpreter } from './interpreter.ts'

/** Without it an official Blender's Python does not look at PYTHONPATH. */
const looksAtPath = '--python-use-system-env'

/**
 * Into a folder of its own, since a program's Python often has no pip, or may not be changed; flowpipe and what it needs
 * have no compiled parts, so that any pip will do. DIR stands for that folder.
 */
export function flowpipeRemedy({ name, argv, env }: Pick<Interpreter, 'name' | 'argv' | 'env'>): string {
  const path = env.PYTHONPATH ? `DIR:${env.PYTHONPATH}` : 'DIR'
  const variables = Object.entries({ ...env, PYTHONPATH: path }).map(
    ([key, value]) => `--env ${quoted(`${key}=${value}`)}`
  )
  const isBlender = shippedProgram({ argv })?.name === 'blender' && !argv.includes(looksAtPath)
  const [program = '', ...rest] = argv
  const command = isBlender ? ` -- ${[program, looksAtPath, ...rest].map(placed).join(' ')}` : ''
  return (
    'install it into a folder DIR of yours: python3 -m pip install --target DIR flowpipe typing_extensions; ' +
    `then: backlot interpreter set ${name} ${variables.join(' ')}${command}`
  )
}

/** Braces need no quotes where no comma is in them. */
const placed = (argument: string): string => (/^\{\w+\}$/.test(argument) ? argument : quoted(argument))
