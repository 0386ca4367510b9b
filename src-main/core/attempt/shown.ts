/** A line of a log as it is shown outside of a window: what a terminal would leave of it, and nothing that steers one. */
import { stripVTControlCharacters } from 'node:util'

/** What a line with none of these is shown as it is. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const odd = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/
// eslint-disable-next-line no-control-regex -- the same, all of them
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** They turn the direction of text: a line would read other than it is. */
const turns = /[\u2028-\u202e\u2066-\u2069]/g

/** `^@` for a zero byte, as less and vim show it. */
const signOf = (control: string): string => {
  const code = control.charCodeAt(0)
  return code < 0x20 || code === 0x7f ? `^${String.fromCharCode(code ^ 64)}` : '\ufffd'
}

/** The last state of a line that was redrawn, without escapes; other control characters become signs. */
export function shownText(raw: string): string {
  if (!odd.test(raw)) return raw
  const state = raw.includes('\r') ? (raw.split('\r').findLast((one) => one.trim() !== '') ?? '') : raw
  const plain = stripVTControlCharacters(state)
  return typedOver(plain).replace(controls, signOf).replace(turns, '\ufffd')
}

/** Bars of some programs go back over what they wrote. */
function typedOver(text: string): string {
  if (!text.includes('\b')) return text
  const kept: string[] = []
  let at = 0
  for (const char of text) {
    if (char === '\b') at = Math.max(0, at - 1)
    else kept[at++] = char
  }
  return kept.join('')
}
