/**
 * Tcl's words, in and out, as far as job files have them: braces, quotes and backslashes, no substitution.
 * Source: Tcl(n), rules 1 to 10, and list(n): what is written here, Tcl's own interpreter reads as it was.
 */
import { refuse } from '../../../domain/result.ts'

/** One word of a script or element of a list, at any depth of braces around it. */
export const word = (text: string): string =>
  fitsInBraces(text)
    ? `{${text}}`
    : text.replace(/[\\{}[\]$";#\s]/g, (special) => escapes.get(special) ?? `\\${special}`)

const escapes = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r']
])
const escaped = new Map([...escapes].map(([plain, written]) => [written[1], plain]))

/** A backslash would take its neighbour with it, and a new line is a blank to Tractor. */
function fitsInBraces(text: string): boolean {
  if (/[\\\n\r]/.test(text)) return false
  let depth = 0
  for (const one of text) {
    depth += one === '{' ? 1 : one === '}' ? -1 : 0
    if (depth < 0) return false
  }
  return depth === 0
}

/** The elements of a list. Errors (Refusal, `input`): as of `commandsOf`. */
export const listOf = (text: string): string[] => new Reader(text, false).commands().flat()

/** The commands of a script, as their words. Errors (Refusal, `input`): a brace or quote is not closed, or more follows it. */
export const commandsOf = (text: string): string[][] => new Reader(text, true).commands()

const blank = /\s/

class Reader {
  private at = 0
  private readonly text: string
  /** in a script new lines and semicolons end a command, and `#` begins a comment */
  private readonly script: boolean

  constructor(text: string, script: boolean) {
    this.text = text
    this.script = script
  }

  commands(): string[][] {
    const found: string[][] = []
    let words: string[] = []
    while (this.at < this.text.length) {
      const one = this.text.charAt(this.at)
      if (this.script && words.length === 0 && one === '#') this.skipLine()
      else if (this.ends(one) || blank.test(one)) {
        this.at++
        if (!this.ends(one)) continue
        if (words.length) found.push(words)
        words = []
      } else words.push(this.word(one))
    }
    return words.length ? [...found, words] : found
  }

  private ends = (one: string) => this.script && (one === '\n' || one === ';')

  private skipLine(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end < 0 ? this.text.length : end
  }

  private word(first: string): string {
    if (first !== '{' && first !== '"') return this.bare((one) => blank.test(one) || this.ends(one))
    this.at++
    const text = first === '{' ? this.braced() : this.bare((one) => one === '"')
    if (first === '"' && this.text[this.at++] !== '"') return refuse('input', 'a quote is not closed')
    const next = this.text[this.at]
    if (next !== undefined && !blank.test(next) && !this.ends(next))
      refuse(
        'input',
        `${JSON.stringify(next)} follows ${JSON.stringify(`${text.slice(-20)}${first === '{' ? '}' : '"'}`)}`
      )
    return text
  }

  /** Up to the brace that closes; a brace behind a backslash does not count, and the backslash stays. */
  private braced(): string {
    const start = this.at
    for (let depth = 1; this.at < this.text.length; this.at++) {
      const one = this.text[this.at]
      if (one === '\\') this.at++
      else depth += one === '{' ? 1 : one === '}' ? -1 : 0
      if (depth === 0) return this.text.slice(start, this.at++)
    }
    return refuse('input', `a brace is not closed: {${this.text.slice(start, start + 40)}`)
  }

  private bare(ends: (one: string) => boolean): string {
    let text = ''
    for (; this.at < this.text.length; this.at++) {
      const one = this.text.charAt(this.at)
      if (ends(one)) break
      const next = this.text[this.at + 1] ?? ''
      text += one === '\\' ? (escaped.get(next) ?? next) : one
      if (one === '\\') this.at++
    }
    return text
  }
}
