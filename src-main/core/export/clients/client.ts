/** A farm's own client, as Backlot uses it: submit, states, log place, retry, kill. */
import type { FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import type { Need } from '../needs.ts'
import type { Submission } from '../pulled/submission.ts'

/** Started without a shell. */
export interface FarmCommand {
  argv: readonly [program: string, ...rest: string[]]
  /** what it reads; null: nothing */
  input: string | null
  /** variables that are otherwise than here; undefined: not set */
  env?: Readonly<Record<string, string | undefined>>
}

export interface Answer {
  code: number | null
  out: string
  err: string
}

export interface FarmClient {
  /** who tried it against what; said where it is used and was tried against nothing real */
  tried: string | null
  /** without which nothing is submitted */
  needs: readonly Need[]
  /** submits the export's folder; `options` are the client's own. It stays until the job has ended where `stays`. */
  submit(folder: string, options: readonly string[]): FarmCommand
  stays: boolean
  /** `states` tells of the first of a submission's ids alone: it is asked of each */
  tellsOfOne?: true
  /** asks for the states of a submission's tasks; null: it cannot be asked for this one */
  states(submission: Submission): FarmCommand | null
  /** what the answer says; null: nothing that counts */
  read(submission: Submission, answer: Answer): FarmStates | null
  /** asked of what `states` tells no more; without it, it forgets nothing */
  books?: FarmBooks
  /** it can be asked of single tasks; else of the whole of a submission alone */
  namesTasks: boolean
  /** tasks by their folders, those that did not succeed; null: that cannot be asked of it */
  retry(submission: Submission, tasks: readonly string[]): FarmCommand | null
  /** `tasks` null: all of the submission */
  kill(submission: Submission, tasks: readonly string[] | null): FarmCommand | null
}

/** A farm's accounting, which knows for long how tasks ended. */
export interface FarmBooks {
  /** names the accounting of a submission's farm: one that has none is not asked again */
  key(submission: Submission): string
  ask(submission: Submission): FarmCommand | null
  /** how tasks ended, by their folders; `none`: the farm keeps no accounting; null: no answer */
  read(submission: Submission, answer: Answer): ReadonlyMap<string, FarmWord> | 'none' | null
}

export const command = (program: string, ...rest: string[]): FarmCommand => ({ argv: [program, ...rest], input: null })

/** All that are asked for, or none: with one left out more would be asked of the farm than was meant. */
export function allNamed(tasks: readonly string[], nameOf: (task: string) => string | null): string[] | null {
  const names = tasks.map(nameOf)
  return names.every((one) => one !== null) && names.length > 0 ? names : null
}

export const submitScript = (folder: string): string => `${folder}/submit.sh`

/** Every export that has one is submitted by its own script. */
export const bySubmitScript = (folder: string, options: readonly string[]): FarmCommand =>
  command('sh', submitScript(folder), ...options)

/** A script for the farm's own Python library, on the Python that has it; its words follow. */
export const pythonCommand = (script: string, ...words: string[]): FarmCommand => ({
  argv: [process.env.PYTHON ?? 'python3', '-', ...words],
  input: script
})

/** What such a script printed, a line, among what a site's Python says beside; null: no JSON, so no answer of it. */
export function parsedAnswer(text: string): unknown {
  const lines = text.split('\n').filter((line) => line.startsWith('{'))
  return lines.map(parsedLine).findLast((one) => one !== null) ?? null
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

export const cannot = () => null
