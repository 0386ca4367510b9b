/** Sets of characters, as far as patterns are looked at: each of ASCII's, and all others as one. */
import type { AST } from '@eslint-community/regexpp'

const others = 128

type OneCharacter = AST.Character | AST.CharacterSet | AST.CharacterClass

export class CharSet {
  private readonly has = new Uint8Array(others + 1)

  /** What one element of a pattern that stands for one character may be. */
  static of(element: OneCharacter): CharSet {
    const set = new CharSet()
    if (element.type === 'Character') set.has[Math.min(element.value, others)] = 1
    else if (element.type === 'CharacterSet' && element.kind === 'any') set.has.fill(1)
    else set.has.set(fitting(element.raw))
    return set
  }

  add(other: CharSet): this {
    for (let code = 0; code <= others; code++) if (other.has[code]) this.has[code] = 1
    return this
  }

  meets(other: CharSet): boolean {
    return this.has.some((value, code) => value === 1 && other.has[code] === 1)
  }

  /** By its code; 128: those beyond ASCII. */
  holds(code: number): boolean {
    return this.has[Math.min(code, others)] === 1
  }

  isWithin(other: CharSet): boolean {
    return this.has.every((value, code) => value === 0 || other.has[code] === 1)
  }

  /** Its characters where they are few and in ASCII; null: more. */
  members(most: number): string[] | null {
    const codes = [...this.has.keys()].filter((code) => this.has[code] === 1)
    return codes.length <= most && !codes.includes(others) ? codes.map((code) => String.fromCharCode(code)) : null
  }
}

/** Sets that patterns use again and again, by their text. */
const known = new Map<string, Uint8Array>()

function fitting(raw: string): Uint8Array {
  const found = known.get(raw)
  if (found) return found
  const test = new RegExp(`^${raw}$`)
  const has = Uint8Array.from({ length: others + 1 }, (_, code) => Number(test.test(String.fromCharCode(code))))
  // any character beyond ASCII may be in a class that names some
  has[others] = Number(/[^\x20-\x7e]|\\[uxp]/.test(raw) || test.test('é'))
  if (known.size > 1000) known.clear()
  known.set(raw, has)
  return has
}
