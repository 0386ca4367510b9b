/** What a farm's accounting says of tasks that its client has forgotten and whose scripts wrote no end. */
import { join } from 'node:path'
import type { FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { attemptsIn } from '../pulled/attempts.ts'
import { readBundle } from '../pulled/bundle-file.ts'
import { reading } from '../pulled/readable.ts'
import type { Submission } from '../pulled/submission.ts'
import type { FarmBooks } from './client.ts'
import { partsOf } from './parts.ts'
import { asked } from './start.ts'

/** Accounting is not to be asked in a loop, ms. */
const restMs = 60_000

/** Farms without accounting, by their keys: they are not asked again. */
const without = new Set<string>()

/** The last answer about a submission, by its folder. */
const answers = new Map<string, { at: number; open: boolean; words: ReadonlyMap<string, FarmWord> }>()

/** The states with what its books say of the tasks that these do not know. */
export async function withBooks(books: FarmBooks, submission: Submission, states: FarmStates): Promise<FarmStates> {
  const last = answers.get(submission.root)
  const isOld = !last || Date.now() - last.at >= restMs || (last.open && !states.open)
  let words = last?.words ?? new Map<string, FarmWord>()
  if (
    isOld &&
    !without.has(books.key(submission)) &&
    reading(submission.folder, () => hasForgotten(submission, states))
  ) {
    words = (await askedBooks(books, submission)) ?? words
    answers.set(submission.root, { at: Date.now(), open: states.open, words })
  }
  const more = [...words].filter(([task]) => !isKnown(states, task))
  return { ...states, tasks: new Map([...states.tasks, ...more]) }
}

const isKnown = ({ tasks, running, waiting }: FarmStates, task: string) =>
  tasks.has(task) || running.has(task) || waiting.has(task)

/** Something was submitted of which nobody says how it ended. */
function hasForgotten({ folder, root }: Submission, states: FarmStates): boolean {
  const names = readBundle(folder).tasks.map((task) => task.folder)
  return names.some(
    (name) => !isKnown(states, name) && (attemptsIn(join(root, 'tasks', name), false).at(-1)?.ended ?? null) === null
  )
}

/** Null: it did not answer. */
async function askedBooks(books: FarmBooks, submission: Submission): Promise<Map<string, FarmWord> | null> {
  const all = new Map<string, FarmWord>()
  const parts = partsOf(submission.ids, (ids) => books.ask({ ...submission, ids: [...ids] }))
  for (const { command } of parts ?? []) {
    const answer = await asked(command)
    const words = answer ? books.read(submission, answer) : 'none'
    if (words === 'none') without.add(books.key(submission))
    if (words === 'none' || words === null) return null
    for (const [task, word] of words) all.set(task, word)
  }
  return all
}
