/** Text from a user's graph or program as it may stand on a terminal: what would act on it is shown by its code instead. */

/**
 * Control characters, ends of lines and paragraphs, halves of characters, and what turns the direction of text around or
 * is not seen at all. Joiners (U+200C, U+200D) are parts of words and pictures.
 */
const acting = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu

const short: Readonly<Partial<Record<string, string>>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const coded = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`

/** On one line; each character that acts is written as in JSON, so that a JSON text still says the same. */
export const visible = (text: string): string => text.replace(acting, (one) => short[one] ?? coded(one))

/** Several lines: their ends and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replace(acting, (one) => (one === '\n' || one === '\t' ? one : coded(one)))

/** At most so many characters, cut in the middle: names that differ at either end still do. */
export function cutMiddle(text: string, most: number): string {
  // what is cut out need not be taken apart
  const ends = text.length > 8 * most ? text.slice(0, 2 * most) + text.slice(-2 * most) : text
  const all = [...ends]
  if (all.length <= most) return text
  const end = Math.floor((most - 1) / 3)
  return `${all.slice(0, most - 1 - end).join('')}…${all.slice(-end).join('')}`
}
