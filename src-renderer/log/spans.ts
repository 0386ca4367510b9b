/** A line as spans to draw: colors, the chip on a directive's word, what the search found. Only for lines in view. */
import Anser from 'anser'
import { directiveWord } from '../../src-main/domain/directives.ts'
import type { FileLink } from './links.ts'

export interface Span {
  text: string
  style: string
  chip: boolean
  mark: '' | 'hit' | 'current'
  link: FileLink | null
}

type Range = readonly [number, number]

/** A terminal's sixteen colors as colors of our themes; any other keeps its hue, as light or dark as can be read here. */
const named: Readonly<Record<string, string>> = {
  '0, 0, 0': 'var(--muted)',
  '187, 0, 0': 'var(--state-failed)',
  '0, 187, 0': 'var(--state-succeeded)',
  '187, 187, 0': 'var(--state-canceled)',
  '0, 0, 187': 'var(--accent)',
  '187, 0, 187': 'var(--state-blocked)',
  '0, 187, 187': 'var(--state-ready)',
  '255,255,255': 'var(--text)',
  '85, 85, 85': 'var(--muted)',
  '255, 85, 85': 'var(--state-failed)',
  '0, 255, 0': 'var(--state-succeeded)',
  '255, 255, 85': 'var(--state-canceled)',
  '85, 85, 255': 'var(--accent)',
  '255, 85, 255': 'var(--state-blocked)',
  '85, 255, 255': 'var(--state-ready)',
  '255, 255, 255': 'var(--text)'
}

const decorations: Readonly<Record<string, string>> = {
  bold: 'font-weight:600',
  dim: 'opacity:.7',
  italic: 'font-style:italic',
  underline: 'text-decoration:underline',
  strikethrough: 'text-decoration:line-through'
}

const colorOf = (rgb: string) => named[rgb] ?? `oklch(from rgb(${rgb}) clamp(var(--log-least), l, var(--log-most)) c h)`

function styleOf(entry: Anser.AnserJsonEntry): string {
  const styles = entry.decorations.flatMap((name) => decorations[name] ?? [])
  if (entry.decorations.includes('reverse')) styles.push('background:var(--muted);color:var(--surface)')
  else {
    // a color on a color may be as light as that
    if (entry.bg) styles.push(`color:var(--text);background:color-mix(in oklab, ${colorOf(entry.bg)} 22%, transparent)`)
    else if (entry.fg) styles.push(`color:${colorOf(entry.fg)}`)
  }
  return styles.join(';')
}

interface Piece {
  from: number
  to: number
  style: string
}

function piecesOf(styled: string, length: number): Piece[] {
  if (!styled.includes('\u001b')) return [{ from: 0, to: length, style: '' }]
  let at = 0
  return Anser.ansiToJson(styled, { json: true, remove_empty: true }).flatMap((entry) => {
    const from = at
    at = Math.min(length, at + entry.content.length)
    return at > from ? [{ from, to: at, style: styleOf(entry) }] : []
  })
}

/** Cuts a line wherever its look changes. `current`: where the find that the search is at begins. */
export function spansOf(
  line: { text: string; styled: string },
  finds: readonly Range[],
  current: number | null,
  links: readonly FileLink[] = []
): Span[] {
  const { text } = line
  const chip = directiveWord(text)
  const pieces = piecesOf(line.styled, text.length)
  if (pieces.length === 1 && !chip && finds.length === 0 && links.length === 0)
    return [{ text, style: pieces[0]?.style ?? '', chip: false, mark: '', link: null }]
  const cuts = [
    ...pieces.flatMap((p) => [p.from, p.to]),
    ...(chip ?? []),
    ...finds.flat(),
    ...links.flatMap((l) => [l.from, l.to])
  ]
  const edges = [...new Set(cuts)].filter((at) => at <= text.length).sort((a, b) => a - b)
  const within = (range: Range | null, at: number) => range !== null && at >= range[0] && at < range[1]
  return edges.slice(0, -1).map((from, i): Span => {
    const find = finds.find((range) => within(range, from))
    return {
      text: text.slice(from, edges[i + 1]),
      style: pieces.find((p) => from >= p.from && from < p.to)?.style ?? '',
      chip: within(chip, from),
      link: links.find((link) => from >= link.from && from < link.to) ?? null,
      mark: find ? (find[0] === current ? 'current' : 'hit') : ''
    }
  })
}
