/** The border: whether a text is one JSON value in Python's dialect, and if not, where and why. */
import { charCodes, hexDigits, isSpace, maxDepth, scalarPattern, skipSpace, type Raw } from './json.ts'
import { caught, refuse, type Result } from './result.ts'

/**
 * Checks that `text` is one JSON value in Python's dialect and returns it without the space around it. The error (`input`)
 * names line and column and what was expected there; its details hold the `index` of that character.
 */
export const checkJson = (text: string): Result<Raw> => caught(() => new Check(text).run())

/** What is wrong with a text of more than one value. */
export const textBehind = 'there is text behind the value'

/** `value`: one is expected · `first`: one or the end of the list · `key` · `after`: a comma, a closer or the end */
type Expected = 'value' | 'first' | 'key' | 'after'

class Check {
  private readonly text: string
  private readonly closers: number[] = []
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  run(): Raw {
    const begin = skipSpace(this.text, 0)
    let expected: Expected = 'value'
    for (;;) {
      this.at = skipSpace(this.text, this.at)
      if (expected === 'after') {
        if (this.closers.length === 0) return this.end(begin)
        expected = this.after()
      } else if (expected === 'first' && this.code() === this.closer) expected = this.close()
      else if (expected === 'key' || (expected === 'first' && this.closer === charCodes.closeObject)) {
        this.key()
        expected = 'value'
      } else expected = this.value()
    }
  }

  private code(): number {
    return this.text.charCodeAt(this.at)
  }

  private get closer(): number | undefined {
    return this.closers.at(-1)
  }

  private end(begin: number): Raw {
    if (this.at < this.text.length) this.refuse(this.at, textBehind)
    let end = this.text.length
    while (isSpace(this.text.charCodeAt(end - 1))) end--
    return this.text.slice(begin, end)
  }

  private close(): Expected {
    this.closers.pop()
    this.at++
    return 'after'
  }

  private after(): Expected {
    if (this.code() === this.closer) return this.close()
    const object = this.closer === charCodes.closeObject
    if (this.code() !== charCodes.comma) this.refuse(this.at, `a comma or ${object ? '}' : ']'} is missing`)
    this.at++
    return object ? 'key' : 'value'
  }

  private key(): void {
    if (this.code() !== charCodes.quote) this.refuse(this.at, 'a key in double quotes is missing')
    this.string()
    this.at = skipSpace(this.text, this.at)
    if (this.code() !== charCodes.colon) this.refuse(this.at, 'a colon is missing behind a key')
    this.at++
  }

  private value(): Expected {
    const code = this.code()
    if (code === charCodes.openObject || code === charCodes.openArray) return this.open(code)
    if (code === charCodes.quote) {
      this.string()
      return 'after'
    }
    scalarPattern.lastIndex = this.at
    const match = scalarPattern.exec(this.text)
    if (!match) this.refuse(this.at, 'a value is missing')
    this.at = scalarPattern.lastIndex
    return 'after'
  }

  private open(code: number): Expected {
    if (this.closers.length >= maxDepth)
      this.refuse(this.at, `it is nested deeper than ${maxDepth} levels, more than Python reads`)
    this.closers.push(code === charCodes.openObject ? charCodes.closeObject : charCodes.closeArray)
    this.at++
    return 'first'
  }

  private string(): void {
    for (let i = this.at + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i)
      if (code === charCodes.quote) {
        this.at = i + 1
        return
      }
      if (code < 32) this.refuse(i, 'a control character inside a string must be escaped')
      if (code === charCodes.backslash) i = this.escape(i + 1)
    }
    this.refuse(this.text.length, 'a string is not closed')
  }

  /** The index of an escape's last character, given that behind the backslash. */
  private escape(i: number): number {
    const escaped = this.text.charAt(i)
    if (escaped === 'u') {
      hexDigits.lastIndex = i + 1
      if (!hexDigits.test(this.text)) this.refuse(i, '\\u takes four hexadecimal digits')
      return i + 4
    }
    if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) this.refuse(i, 'an unknown escape in a string')
    return i
  }

  private refuse(index: number, what: string): never {
    const before = this.text.slice(0, index)
    const place = `line ${before.split('\n').length}, column ${index - before.lastIndexOf('\n')}`
    return index >= this.text.length
      ? refuse('input', `the JSON ends too early, at ${place}: ${what}`, { index })
      : refuse('input', `not JSON at ${place}: ${what}`, { index })
  }
}
