/** The small part of Markdown that the reference is written in. */

/** In code: shown as it is, also where it looks like HTML or like a template of the site. */
export const code = (text: string): string => {
  const ticks = text.includes('`') ? '``' : '`'
  return `${ticks}${text}${ticks}`
}

/** Words: what HTML, Markdown or the site's templates would take for its own is shown as it is. */
export const words = (text: string): string =>
  text.replaceAll(/[\\`*_[\]<>{}|]/g, (sign) => entities[sign] ?? `\\${sign}`)

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '{': '&#123;', '}': '&#125;' }

const cell = (text: string): string => text.replaceAll(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ')

/** Cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

export const fence = (language: string, lines: readonly string[]): string =>
  ['```' + language, ...lines, '```'].join('\n')

/** A page: where it comes from is said in a comment, so that nobody edits it. */
export const page = (title: string, parts: readonly string[]): string =>
  [`# ${title}`, '<!-- written by scripts/reference.ts from the program itself -->', ...parts.filter(Boolean)].join(
    '\n\n'
  ) + '\n'
