/**
 * All that the command line says goes through here. What a name, a value or a message brings along cannot act on the
 * terminal: control characters and what turns text around are shown by their codes (as in JSON, so that JSON stays the
 * same). Our own colours get through by a mark that nobody else can know.
 */
import { randomBytes } from 'node:crypto'
import { styleText } from 'node:util'
import { visible, visibleLines } from '../domain/visible.ts'

export type Style = Parameters<typeof styleText>[0]

const escape = '\u001b'
const own = `\ufdd0${randomBytes(8).toString('hex')}`
const ownCodes = new RegExp(`${own}\\[\\d+m`, 'g')

/** Coloured where the stream is a terminal and NO_COLOR is not set. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream): string =>
  styleText(style, text, { stream }).replaceAll(escape, own)

/** The text without colours: how long it is. */
export const unstyled = (text: string): string => text.replace(ownCodes, '')

/** Any text on one line: a name, a cell, a sentence. */
export const oneLine = (text: string): string => visible(text.replace(/[\r\n]+/g, '⏎'))

/** What is written; its lines and colours are ours. */
export const toTerminal = (text: string): string => visibleLines(text).replaceAll(own, escape)
