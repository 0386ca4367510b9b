/** Widths count code points, as Python's `len` does. */

export const lengthOf = (text: string): number => Array.from(text).length
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)))
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text

export function center(text: string, width: number, fill = ' '): string {
  const space = Math.max(0, width - lengthOf(text))
  return fill.repeat(Math.floor(space / 2)) + text + fill.repeat(Math.ceil(space / 2))
}

/** The first `count` code points; cut roughly first, because a value may be long. */
export const startOf = (text: string, count: number): string[] => Array.from(text.slice(0, 2 * count)).slice(0, count)

export const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0)
