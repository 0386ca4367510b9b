/** All that the timeline shows of a job's attempts, made in steps, so that the window stays responsive. */
import type { TaskView } from '../../src-main/api.ts'
import { barsOf, lanesOf, lastStretch, outcomes, type Attempt, type Bar, type Outcome } from './bars.ts'

export interface Layout {
  bars: readonly Bar[]
  lanes: readonly (readonly number[])[]
  /** what needs a person first */
  counts: readonly { outcome: Outcome; n: number }[]
  start: number
  /** of what has ended */
  lastEnd: number
  /** where the last stretch of work starts */
  again: number
  /** when the first of those that run started; null where none runs */
  runningSince: number | null
}

const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve))

const isOpen = (bar: Bar) => bar.end === Infinity

/** Lays out attempts, with a rest before each step; null once the result is no longer wanted. */
export async function layOut(
  attempts: readonly Attempt[],
  taskOf: (id: number) => TaskView | undefined,
  wanted: () => boolean,
  rest = nextTask
): Promise<Layout | null> {
  await rest()
  const bars = barsOf(attempts, taskOf)
  await rest()
  const lanes = lanesOf(bars)
  await rest()
  if (!wanted()) return null
  const sums = sumsOf(bars)
  await rest()
  return wanted() ? { bars, lanes, ...sums } : null
}

function sumsOf(bars: readonly Bar[]) {
  const tally = new Map<Outcome, number>()
  const start = bars[0]?.start ?? 0
  let lastEnd = start
  for (const bar of bars) {
    tally.set(bar.outcome, (tally.get(bar.outcome) ?? 0) + 1)
    if (!isOpen(bar) && bar.end > lastEnd) lastEnd = bar.end
  }
  const counts = outcomes.map((outcome) => ({ outcome, n: tally.get(outcome) ?? 0 })).filter(({ n }) => n > 0)
  return { start, lastEnd, counts, again: lastStretch(bars), runningSince: bars.find(isOpen)?.start ?? null }
}
