/**
 * Paths of every system, on every system: a graph that was made on Windows is looked at on Linux, and its farm may be
 * either. The one place that takes paths apart, for core and window.
 */

/** On Linux, macOS, Windows, and as a UNC path. */
export const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\[^\\])/.test(path)

/** The file's name, behind the last slash of either kind. */
export const nameOf = (path: string): string => /[^\\/]*$/.exec(path)?.[0] ?? path

/** The folder that a path names a file in, with its last slash; empty where it names none. */
export const folderOf = (path: string): string => path.slice(0, path.length - nameOf(path).length)

/** Whether it is a path of Windows: with a drive's letter, or of a server. */
export const isOfWindows = (path: string): boolean => /^(?:[A-Za-z]:|\\\\)/.test(path)

/** A path of Windows with the slashes that every system's programs read. */
export const slashed = (path: string): string => (isOfWindows(path) ? path.replaceAll('\\', '/') : path)

/** Without doubled or closing slashes, `.` and `..`: two spellings of one folder compare as one. `path` starts with `/`. */
export function plainFolder(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether `path` is `folder` or lies below it; both as `plainFolder` gives them. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** The first folder below the root that a path lies in, as `/mnt`. */
export const topOf = (path: string): string => `/${path.split('/')[1] ?? ''}`

/**
 * The absolute path that a text names: its own, or, of `./a` and `../a`, from the folder that its task starts in. Null where
 * it names none: `a/b` may be a path or any other name. `base` null: nobody knows where the task starts.
 */
export function pathFrom(text: string, base: string | null): string | null {
  if (isAbsolute(text)) return text
  if (base === null) return null
  const [between, separator] = base.startsWith('/') ? [/\//, '/'] : [/[\\/]/, '\\']
  const [first = '', ...rest] = text.split(between)
  if (rest.length === 0 || (first !== '.' && first !== '..')) return null
  const folders = base.split(between)
  for (const part of [first, ...rest]) {
    if (part === '..') folders.splice(Math.max(1, folders.length - 1))
    else if (part !== '.' && part !== '') folders.push(part)
  }
  return folders.join(separator)
}

/** The same of a text that is known to name a file, such as `out/f.png` behind `Saved:`. */
export const fileFrom = (path: string, base: string): string =>
  pathFrom(path, base) ?? pathFrom(`./${path}`, base) ?? path

/** A folder here, and where another machine sees the same. */
export interface PathRule {
  from: string
  to: string
}

/** Without closing slashes; Windows takes either slash and any case. */
const comparable = (path: string): string =>
  isOfWindows(path) ? path.replaceAll('\\', '/').replace(/\/+$/, '').toLowerCase() : path.replace(/\/+$/, '')

/** Rules are read both ways: what goes to the farm by `from → to` comes back by `to → from`. */
export const backwards = (rules: readonly PathRule[]): PathRule[] =>
  rules.map(({ from, to }) => ({ from: to, to: from }))

/** A path as the other machine has it; the innermost rule decides, and what no rule is for stays as it is. */
export function mapped(path: string, rules: readonly PathRule[]): string {
  const inner = rules
    .filter(({ from }) => isBelow(path, from))
    .reduce<PathRule | null>((best, rule) => (best && best.from.length >= rule.from.length ? best : rule), null)
  if (inner === null) return path
  const rest = path.slice(comparable(inner.from).length)
  const to = inner.to.replace(/[\\/]+$/, '')
  if (isOfWindows(inner.to)) return to + rest.replaceAll('/', '\\') || '\\'
  return to + (isOfWindows(inner.from) ? rest.replaceAll('\\', '/') : rest) || '/'
}

function isBelow(path: string, folder: string): boolean {
  if (!isAbsolute(path) || isOfWindows(path) !== isOfWindows(folder)) return false
  const [own, above] = [comparable(path), comparable(folder)]
  return own === above || own.startsWith(`${above}/`)
}
