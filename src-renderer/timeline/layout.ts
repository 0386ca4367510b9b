/** All that the timeline shows of a job's attempts, made in steps that hold nothing up. */
import type { TaskView } from '../../src-main/api.ts'
import { barsOf, lanesOf, lastStretch, outcomes, type Attempt, type Bar, type Outcome } from './bars.ts'
import { chainOf } from './chain.ts'

export interface Layout {
  bars: readonly Bar[]
  lanes: readonly (readonly number[])[]
  chain: readonly number[]
  /** in the order of what needs a person */
  counts: readonly { outcome: Outcome; n: number }[]
  start: number
  /** of what has ended */
  lastEnd: number
  /** where the last stretch of work starts */
  again: number
  /** when the first of those that run started; null where none runs */
  runningSince: number | null
  /** how long the ended ones of the chain took, and when the one started that still runs */
  chainMs: number
  chainSince: number | null
}

const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve))

const isOpen = (bar: Bar) => bar.end === Infinity

/** Lays out attempts, with a rest before each step; null where by then nobody wants it any more. */
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
  const chain = chainOf(bars)
  await rest()
  return wanted() ? { bars, lanes, chain, ...sumsOf(bars), ...chainSums(chain.map((i) => bars[i] as Bar)) } : null
}

function sumsOf(bars: readonly Bar[]) {
  const n = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>
  const start = bars[0]?.start ?? 0
  let lastEnd = start
  for (const bar of bars) {
    n[bar.outcome]++
    if (!isOpen(bar) && bar.end > lastEnd) lastEnd = bar.end
  }
  const counts = outcomes.filter((outcome) => n[outcome] > 0).map((outcome) => ({ outcome, n: n[outcome] }))
  return { start, lastEnd, counts, again: lastStretch(bars), runningSince: bars.find(isOpen)?.start ?? null }
}

function chainSums(chain: readonly Bar[]) {
  const chainMs = chain.reduce((sum, bar) => (isOpen(bar) ? sum : sum + Math.max(0, bar.end - bar.start)), 0)
  return { chainMs, chainSince: chain.find(isOpen)?.start ?? null }
}
