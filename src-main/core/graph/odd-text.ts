/** Text that is no JSON: what it is instead, as far as that can be told, and how to get JSON of it. */
import { charCodes, skipSpace, type Raw } from '../../domain/json.ts'
import { checkJson } from '../../domain/json-check.ts'
import type { AppError } from '../../domain/result.ts'

const howToWrite = 'write it with json.dump(graph.to_json(), file)'

/** What the text as a whole begins with. */
const heads: readonly (readonly [RegExp, string])[] = [
  [
    /^<(?:!doctype|\?xml|[a-z]+[\s>])/i,
    'this is HTML or XML, not JSON; perhaps the page of a login in place of a download'
  ],
  [/^OrderedDict\(/, `this is Python's own notation, as print() writes it, not JSON; ${howToWrite}`],
  [
    /^(?:#!|#.*\n|from\s+[\w.]+\s+import\b|import\s+[\w.]+|def\s+\w+\s*\(|class\s+\w+|@\w+|"""|''')/,
    'this is Python source, not JSON; if it builds a graph, give its name the ending .py'
  ],
  [
    /^(?:---\s|%YAML|[A-Za-z_][\w-]*:\s|- \w)/,
    `this looks like YAML, not JSON; flowpipe's graphs are JSON: ${howToWrite}`
  ]
]

/** What stands where JSON ends to be JSON. */
const places: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:[bu]?'|(?:True|False|None|range\(|set\(|OrderedDict\(|array\()|<[\w.]+ |\()/,
    `this is Python's own notation, as print(graph.to_json()) writes it; ${howToWrite}`
  ],
  [/^undefined\b/, 'undefined is JavaScript; JSON has null'],
  [/^(?:\/\/|\/\*|#)/, 'JSON has no comments; remove it']
]

/** A sentence that helps more than the parser's, or the parser's. */
export function oddText(text: string, error: AppError): string {
  const begin = skipSpace(text, 0)
  if (begin >= text.length) return `the file is empty; ${howToWrite}`
  const head = text.slice(begin, begin + 400)
  const known = heads.find(([pattern]) => pattern.test(head))
  if (known) return known[1]
  const at = typeof error.details?.index === 'number' ? error.details.index : text.length
  const [place] = error.message.split(': ')
  if (isTrailingComma(text, at))
    return `${place}: a comma before ${text.charAt(at)}, which JSON does not allow; remove it`
  const found = places.find(([pattern]) => pattern.test(text.slice(at, at + 40)))
  if (found) return `${place}: ${found[1]}`
  return at >= text.length
    ? `${error.message}; the file may have been cut off, or is still being written`
    : error.message
}

function isTrailingComma(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code !== charCodes.closeObject && code !== charCodes.closeArray) return false
  return text
    .slice(Math.max(0, at - 400), at)
    .trimEnd()
    .endsWith(',')
}

/** The values of a text that holds several, one behind the other (JSON lines are); null where it is no such text. */
export function valuesIn(text: string): Raw[] | null {
  const values: Raw[] = []
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const end = endOfValue(text, at)
    const value = end === null ? null : checkJson(text.slice(at, end))
    if (end === null || !value?.ok) return null
    values.push(value.value)
    at = end
  }
  return values.length > 1 ? values : null
}

/** The index behind the object or list that opens at `at`, by its brackets; null where none does or it is not closed. */
function endOfValue(text: string, at: number): number | null {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === charCodes.quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== charCodes.quote; i++)
        if (text.charCodeAt(i) === charCodes.backslash) i++
    } else if (code === charCodes.openObject || code === charCodes.openArray) depth++
    else if (code === charCodes.closeObject || code === charCodes.closeArray) depth--
    if (depth <= 0) return depth === 0 && i > at ? i + 1 : null
  }
  return null
}
