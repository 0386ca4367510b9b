/**
 * All that the command line says goes through here. What a name, a value or a message brings along cannot act on the
 * terminal: control characters and what turns text around are shown by their codes (as in JSON, so that JSON stays the
 * same). Our own colours get through by a mark that nobody else can know.
 */
import { styleText } from 'node:util'
import { visible, visibleLines } from '../domain/visible.ts'

export type Style = Parameters<typeof styleText>[0]

const escape = '\u001b'

/** The mark of our own colours. */
interface Own {
  mark: string
  codes: RegExp
}

let made: Own | null = null

/** Made with the first colour: most commands have none, and what makes it takes as long to load as all the rest. */
function own(): Own {
  if (made) return made
  const mark = `\ufdd0${process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex')}`
  made = { mark, codes: new RegExp(`${mark}\\[\\d+m`, 'g') }
  return made
}

const coloured = new WeakMap<NodeJS.WriteStream, boolean>()

/** Looked at once: a run of tens of thousands of tasks says each in colour. */
function takesColour(stream: NodeJS.WriteStream): boolean {
  const known = coloured.get(stream) ?? styleText('bold', 'x', { stream }) !== 'x'
  coloured.set(stream, known)
  return known
}

/** Coloured where the stream is a terminal and NO_COLOR is not set. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream): string {
  if (!takesColour(stream)) return text
  return styleText(style, text, { validateStream: false }).replaceAll(escape, own().mark)
}

/** The text without colours: how long it is. */
export const unstyled = (text: string): string => (made ? text.replace(made.codes, '') : text)

/** Any text on one line: a name, a cell, a sentence. */
export const oneLine = (text: string): string => visible(text.replace(/[\r\n]+/g, '⏎'))

/** What is written; its lines and colours are ours. */
export const toTerminal = (text: string): string =>
  made ? visibleLines(text).replaceAll(made.mark, escape) : visibleLines(text)
