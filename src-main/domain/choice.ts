/** Which graph of a file is meant, where the file builds more than one or builds it only when asked. */
import { z } from 'zod'
import { once } from './once.ts'

/**
 * `graph`: the name that leads to it in the file (`workflow.graph`), the function that gives it, `__main__`, or the
 * graph's own name; `args`: for that function, as texts.
 */
export const choiceMembers = once(() => ({
  graph: z.string().min(1).optional(),
  args: z.array(z.string()).optional()
}))

export interface GraphChoice {
  /** null: the one that the file means without a word */
  graph: string | null
  args: readonly string[]
}

export const storedChoice = once((): z.ZodType<GraphChoice | null> =>
  z.strictObject({ graph: z.string().nullable(), args: z.array(z.string()) }).nullable()
)

/** What a source says of it; null: nothing. */
export const choiceIn = ({
  graph,
  args = []
}: {
  graph?: string | undefined
  args?: readonly string[] | undefined
}): GraphChoice | null => (graph === undefined && args.length === 0 ? null : { graph: graph ?? null, args })

/** A file and what was chosen of it, as people write it. */
export function sourceText(path: string, choice: GraphChoice | null): string {
  const file = choice?.graph ? `${path}:${choice.graph}` : path
  return choice && choice.args.length > 0 ? `${file} -- ${choice.args.join(' ')}` : file
}
