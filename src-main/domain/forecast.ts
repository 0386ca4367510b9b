/** The words of a forecast, the same on the terminal and in the window. */
import { counted } from './counts.ts'
import { durationText } from './durations.ts'

/** Numbers of workers that are looked at where nobody says which. */
export const usualWorkers: readonly number[] = [1, 10, 50]
export const mostWorkersAsked = 100_000

/**
 * Where start-up and cost per frame come from: `sizes` from batches of different sizes, `inside` from what the evaluator
 * measured inside the node, `mean` not told apart, `whole` of a node without batches, `none` not measured.
 */
export type CostSource = 'sizes' | 'inside' | 'mean' | 'whole' | 'none'

/** What keeps a job from being done sooner. */
export type LimitedBy = { kind: 'path' } | { kind: 'workers' } | { kind: 'interpreter'; name: string; limit: number }

export function limitText(limited: LimitedBy): string {
  switch (limited.kind) {
    case 'path':
      return 'critical path'
    case 'workers':
      return 'number of workers'
    case 'interpreter':
      return `limit of ${limited.limit} for ${limited.name}`
  }
}

/** Seconds as people read them; below a second with two digits, since a start-up of 0.05 s is not none. */
export function secondsText(seconds: number | null): string {
  if (seconds === null) return 'not known'
  return seconds > 0 && seconds < 1 ? `${seconds.toFixed(2)} s` : durationText(seconds * 1000)
}

/** What the cost of a node's tasks rests on. */
export function sourceText({ source, sizes, count }: { source: CostSource; sizes: number[]; count: number }): string {
  if (source === 'none') return 'not measured'
  const shown = sizes.length > 4 ? `${sizes.slice(0, 3).join(', ')} … ${sizes.at(-1)}` : sizes.join(', ')
  const tasks = counted(count, 'task')
  return sizes.length ? `${tasks} in batches of ${shown}` : tasks
}
