/** Places in files that a line of a log names: `/x/a.py:12:3`, `File "/x/a.py", line 12`, `C:\x\a.mel(12)`. */

export interface FileLink {
  /** where in the line the link stands */
  from: number
  to: number
  path: string
  line: number | null
}

/** `File "a.py", line 12`, as Python's tracebacks have it; `// Error: file: a.mel line 12`, as Maya's. */
const python = /\bFile "([^"\n]{1,1024})", line (\d{1,9})/g
const maya = /\bfile: (\S{1,1024}\.mel) line (\d{1,9})/g
/** An absolute path, or one with a folder in it, then `:12`, `:12:3` or `(12)`. */
const colon =
  /(?<![\w/\\.:-])((?:[A-Za-z]:[\\/]|file:\/\/\/|\.{0,2}\/|\\\\)?(?:[\w.@+~-]+[\\/])*[\w.@+~-]+\.[A-Za-z]\w{0,7})(?::(\d{1,9})(?::\d{1,6})?|\((\d{1,9})(?:,\d{1,6})?\))/g
/** Longer lines are data. */
const longest = 2000

const isAbsolute = (path: string) => /^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(path)

/** `cwd`: where the attempt ran, for what is named from there; null: that is not known, and only whole paths are links. */
export function linksIn(text: string, cwd: string | null): FileLink[] {
  if (text.length > longest || !/[:"(]|line/.test(text)) return []
  const found: FileLink[] = []
  const add = (at: number, length: number, named: string, line: string | undefined) => {
    const path = resolved(named.replace(/^file:\/\/(?=\/)/, ''), cwd)
    const clashes = found.some(({ from, to }) => at < to && at + length > from)
    if (path !== null && !clashes)
      found.push({ from: at, to: at + length, path, line: line === undefined ? null : Number(line) })
  }
  for (const match of text.matchAll(python)) add(match.index + 6, (match[1] ?? '').length, match[1] ?? '', match[2])
  for (const match of text.matchAll(maya)) add(match.index + 6, (match[1] ?? '').length, match[1] ?? '', match[2])
  for (const match of text.matchAll(colon)) add(match.index, match[0].length, match[1] ?? '', match[2] ?? match[3])
  return found.sort((a, b) => a.from - b.from)
}

function resolved(path: string, cwd: string | null): string | null {
  if (isAbsolute(path)) return path
  // a program's own notes, such as <string>, are no files
  if (cwd === null || !/^[\w.@+~-][\w.@+~\\/ -]*$/.test(path)) return null
  return `${cwd.replace(/[\\/]$/, '')}/${path}`
}
