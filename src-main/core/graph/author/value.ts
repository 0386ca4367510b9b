/** Values of the author's code as text, and as text for JSON.stringify. */
import { checkJson } from '../../../domain/json-check.ts'
import { fromJs, toJs } from '../../../domain/json-js.ts'
import { itemsOf, kindOf, membersOf, type Raw } from '../../../domain/json.ts'
import { AuthorError, refuseAuthor } from './refusal.ts'

/** Files may be 900 levels deep, and the record or result around a value takes some of them. */
const maxValueDepth = 890

/** The text of a value that came from code; what JSON cannot hold is refused with its path behind `what` (Q38). */
export function jsonOf(value: unknown, what: string): Raw {
  const text = written(value, what)
  const brackets = text.match(/[[{]/g)?.length ?? 0
  if (brackets <= maxValueDepth || checkJson(`${'['.repeat(10)}${text}${']'.repeat(10)}`).ok) return text
  return refuseAuthor(`${what} is nested deeper than ${maxValueDepth} levels`)
}

function written(value: unknown, what: string): Raw {
  try {
    const text = fromJs(value, what)
    return text.ok ? text.value : refuseAuthor(text.error.message)
  } catch (error) {
    if (error instanceof AuthorError) throw error
    return refuseAuthor(`${what} cannot be read: ${error instanceof Error ? error.message : 'its code throws'}`)
  }
}

/** Node 22 and later keep the spelling. */
const exactNumber = (raw: Raw): unknown =>
  (JSON as { rawJSON?: (text: string) => unknown }).rawJSON?.(raw) ?? Number(raw)

/** Values that JSON.stringify writes with the keys' order and the numbers' spelling of the text (Q38, Q39). */
export function forStringify(raw: Raw): unknown {
  switch (kindOf(raw)) {
    case 'array':
      return itemsOf(raw).map(forStringify)
    case 'number':
      return Number.isFinite(Number(raw)) ? exactNumber(raw) : null
    case 'object': {
      const members = membersOf(raw).map(({ key, value }) => [key, forStringify(value)] as const)
      const keys = [...new Set(members.map(([key]) => key))]
      return new Proxy(Object.fromEntries(members), { ownKeys: () => keys })
    }
    default:
      return toJs(raw)
  }
}
