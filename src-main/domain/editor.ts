/** How editors are told to open a file at a line: as arguments, never through a shell. */

/** By the end of the program's name. Editors that need a terminal are not among them: there is none to give them. */
const ways: readonly [RegExp, (path: string, line: number) => string[]][] = [
  [/^(?:code|code-insiders|codium|vscodium|cursor|windsurf)$/, (path, line) => ['--goto', `${path}:${line}`]],
  [/^(?:subl|sublime_text|atom|zed|zeditor|lapce|pulsar)$/, (path, line) => [`${path}:${line}`]],
  [
    /^(?:gvim|mvim|gedit|kwrite|xed|pluma|mousepad|geany|emacsclient|emacs|xemacs)$/,
    (path, line) => [`+${line}`, path]
  ],
  [/^(?:kate|nedit|bbedit|mate)$/, (path, line) => ['--line', String(line), path]],
  [/^(?:pycharm|idea|webstorm|clion|charm)$/, (path, line) => ['--line', String(line), path]],
  [/^notepad\+\+$/, (path, line) => [`-n${line}`, path]]
]
/** They draw in the terminal that they are started from. */
const inTerminal = /^(?:vi|vim|nvim|nano|pico|hx|helix|kak|micro|joe|mg|ne|mcedit|ed|ex|emacs-nox)$/

/**
 * The command that opens a file in the user's editor; null: they have set none, or one that needs a terminal. `setting`: what
 * `$VISUAL` or `$EDITOR` holds, words apart, quotes around words with spaces.
 */
export function editorCommand(setting: string | undefined, path: string, line: number | null): string[] | null {
  const words = [...(setting ?? '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')
  const [program] = words
  if (program === undefined || program === '') return null
  const name = (program.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:exe|cmd|bat|sh)$/i, '').toLowerCase()
  if (inTerminal.test(name) || words.some((word) => word === '-nw' || word === '-t' || word === '--tty')) return null
  const way = ways.find(([names]) => names.test(name))?.[1]
  return [...words, ...(line !== null && way ? way(path, line) : [path])]
}

/** Names that a desktop opens to be read: others it may start as programs. */
const texts =
  /\.(?:py|pyi|ts|tsx|mts|js|mjs|cjs|jsx|json|jsonl|yaml|yml|toml|ini|cfg|conf|txt|log|md|rst|csv|xml|html|css|mel|hscript|vex|vfl|nk|gizmo|ma|usda|mtlx|ocio|glsl|osl|c|h|cc|cpp|hpp|rs|go|java|lua)$/i

/** Whether the system's own way of opening a file can only show it. */
export const isText = (path: string): boolean => texts.test(path)
