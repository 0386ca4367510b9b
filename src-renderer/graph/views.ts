/** Graphs as they are drawn. Those of the store never change: the last few are not asked for again. */
import type { Output } from '../../src-main/api.ts'
import type { AppError } from '../../src-main/domain/result.ts'
import { tell } from '../api.ts'

export type Source = { graph: number } | { path: string }
type Answer = { value: Output<'graph.view'> } | { error: AppError }

const kept = new Map<number, Answer>()
const mostKept = 4

/** A graph by its number in the store or its file; what cannot be read says why. */
export async function stored(source: Source): Promise<Answer> {
  if (!('graph' in source)) return tell('graph.view', { source })
  const known = kept.get(source.graph)
  if (known) return known
  const answer = await tell('graph.view', { source })
  if ('error' in answer) return answer
  kept.set(source.graph, answer)
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break
    kept.delete(oldest)
  }
  return answer
}
