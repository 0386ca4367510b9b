/** A line of a log as it can be shown: escapes that are no color are gone, control characters have become signs. */

const esc = '\u001b'
const bell = '\u0007'

/** Colors and weights: the only escapes that are kept, for `spans.ts`. */
const sgr = new RegExp(`${esc}\\[[0-9;]*m`, 'g')
const isSgr = new RegExp(`^${esc}\\[[0-9;]*m$`)
const escapes = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?|[()][0-9A-Z]|[@-Z^_=>78])`,
  'g'
)
/** Anything outside of these makes a line worth a closer look. */
const odd = /[^\t\x20-\x7e\u00a0-\u2027\u202f-\u2065\u206a-\uffff]/
const controls = new RegExp(`[^\\t${esc}\\x20-\\x7e\\u00a0-\\uffff]`, 'g')
const loneEscape = new RegExp(`${esc}(?!\\[[0-9;]*m)`, 'g')
/** Marks that turn the direction of text: shown, so that a line cannot read other than it is. */
const turns = /[\u2028-\u202e\u2066-\u2069]/g

/** `^@` for a zero byte, as less and vim show it: the signs of U+2400 are in few fonts of a render machine. */
const signOf = (code: number): string =>
  code < 0x20 || code === 0x7f ? `^${String.fromCharCode(code ^ 64)}` : '\ufffd'

export interface Cleaned {
  /** what is read, searched and copied */
  text: string
  /** the same with its color escapes */
  styled: string
  /** how often a carriage return began the line again, as progress bars do; the last state is shown */
  redrawn: number
}

/** UTF-16 that was read as UTF-8 has a zero beside each letter of most languages. */
const withoutZeros = (raw: string): string => {
  const text = raw.replaceAll('\0', '')
  return raw.length - text.length > raw.length / 3 ? text.replace(/^\ufffd{2}/, '') : raw
}

/** Does what a terminal would with one line (without its newline). */
export function clean(raw: string): Cleaned {
  if (!odd.test(raw)) return { text: raw, styled: raw, redrawn: 0 }
  const states = withoutZeros(raw)
    .split('\r')
    .filter((state, i, all) => state !== '' || (all.length === 1 && i === 0))
  const styled = (states.at(-1) ?? '')
    .replace(escapes, (found) => (isSgr.test(found) ? found : ''))
    .replace(loneEscape, '^[')
    .replace(controls, (c) => signOf(c.charCodeAt(0)))
    .replace(turns, '\ufffd')
  return { text: styled.replace(sgr, ''), styled, redrawn: Math.max(0, states.length - 1) }
}

/** The color escapes still open behind a line, after those open before it. */
export function openColors(before: string, styled: string): string {
  if (!styled.includes(esc)) return before
  let open = before
  for (const [code] of styled.matchAll(sgr)) open = /\[0*m/.test(code) ? '' : (open + code).slice(-64)
  return open
}
