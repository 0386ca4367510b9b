/** What is asked of a farm about many tasks or jobs: in as many commands as it takes for each to be short enough to be started. */
import { countText } from '../../../domain/counts.ts'
import { cutMiddle } from '../../../domain/visible.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { FarmCommand } from './client.ts'
import { asked, longestMs } from './start.ts'

export interface Part {
  /** what this command is about */
  units: readonly string[]
  command: FarmCommand
}

/**
 * Bytes of all words of one command. Linux starts none with a word of 128 KiB (execve(2), MAX_ARG_STRLEN), and all words and
 * variables share a quarter of the stack; Windows takes 32,767 characters. A farm's server has limits of its own beyond that.
 */
export const longestWords = process.platform === 'win32' ? 24_000 : 64_000

const lengthOf = ({ argv }: FarmCommand): number => argv.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0)

/** Halves of halves until each fits, all made before any is started. Null: it cannot be asked of some of them, so of none. */
export function partsOf(
  units: readonly string[],
  commandOf: (units: readonly string[]) => FarmCommand | null
): Part[] | null {
  const command = commandOf(units)
  if (command === null) return null
  if (units.length < 2 || lengthOf(command) <= longestWords) return [{ units, command }]
  const half = Math.ceil(units.length / 2)
  const [first, rest] = [partsOf(units.slice(0, half), commandOf), partsOf(units.slice(half), commandOf)]
  return first && rest && [...first, ...rest]
}

export interface Question {
  parts: readonly Part[]
  /** what people call a unit */
  nameOf: (unit: string) => string
}

export interface Acted {
  /** what was started, as words; of several commands the first */
  command: readonly string[]
  /** how many were started, one after the other */
  commands: number
  said: string
}

interface Outcome {
  part: Part
  kind: 'done' | 'refused' | 'unknown' | 'missing'
  said: string
}

/** One after the other; one that does not answer, or is not there, is not asked again. Errors (`run`): not all was done. */
export async function askedAll({ parts, nameOf }: Question): Promise<Result<Acted>> {
  const outcomes: Outcome[] = []
  for (const part of parts) {
    const outcome = await outcomeOf(part)
    outcomes.push(outcome)
    if (outcome.kind === 'unknown' || outcome.kind === 'missing') break
  }
  const wrong = outcomes.filter(({ kind }) => kind !== 'done')
  if (wrong.length === 0) {
    const command = parts[0]?.command.argv ?? []
    return ok({ command, commands: parts.length, said: linesOf(outcomes.map(({ said }) => said)).join('\n') })
  }
  const why = linesOf(wrong.map(whyNot)).join('; ')
  if (parts.length === 1) return fail('run', why)
  const left = parts.slice(outcomes.length).map((part): Outcome => ({ part, kind: 'missing', said: '' }))
  const told = Object.entries(headings).flatMap(([kind, heading]) => {
    const some = [...outcomes, ...left].filter((one) => one.kind === kind)
    return some.length === 0
      ? []
      : [`${heading} ${some.map(({ part }) => unitsText(part.units.map(nameOf))).join(', ')}`]
  })
  return fail('run', `it was asked in ${parts.length} commands, and not all was done: ${why}. ${told.join('; ')}`)
}

/** Of those that were refused together some may have been done. */
const headings: Readonly<Record<Outcome['kind'], string>> = {
  done: 'Done:',
  refused: 'refused, all or some of',
  unknown: 'not known of',
  missing: 'not asked for'
}

const linesOf = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== '')

/** A client may say a line of each task. */
const longestSaid = 1000

async function outcomeOf(part: Part): Promise<Outcome> {
  const answer = await asked(part.command)
  if (!answer) return { part, kind: 'missing', said: '' }
  const { code } = answer
  const said = cutMiddle((answer.err || answer.out).trim(), longestSaid)
  if (code === null) return { part, kind: 'unknown', said }
  return code === 0 ? { part, kind: 'done', said } : { part, kind: 'refused', said: said || `exit code ${code}` }
}

function whyNot({ part, kind, said }: Outcome): string {
  const [program] = part.command.argv
  if (kind === 'missing') return `there is no ${program} here; do it where the farm's client is installed`
  if (kind === 'refused') return `${program} refused: ${said}`
  return `${program} did not answer within ${longestMs / 1000} s, so whether it did that is not known; see how the job stands there`
}

/** `Render-0 to Render-3999 (4,000)`. */
function unitsText(names: readonly string[]): string {
  const [first = '', last = ''] = [names[0], names.at(-1)]
  return names.length === 1 ? first : `${first} to ${last} (${countText(names.length)})`
}
