/** What a reader of a graph's file has to say though it could read it: preflight's problems, known from the text alone. */
import type { Problem } from '../../domain/problems.ts'

/** `node`: whom it is about; null: the whole file. */
export const noticeOf = (
  { severity, code, message, remedy }: Pick<Problem, 'severity' | 'code' | 'message' | 'remedy'>,
  node: { identifier: string; name: string } | null = null
): Problem => ({ severity, code, node: node?.identifier ?? null, name: node?.name ?? null, message, remedy })

/** The first three, and how many more there are. */
export const firstOf = (texts: readonly string[]): string =>
  texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more` : texts.join(', ')
