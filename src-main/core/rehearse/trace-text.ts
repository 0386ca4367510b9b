/** Pieces of a line that strace printed: its quoted strings, what a descriptor leads to, an address. */

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', v: '\v', f: '\f', r: '\r' }

/** The text that strace printed with C escapes: bytes, read as UTF-8. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      bytes.push(...Buffer.from(text[i] ?? ''))
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4))?.[0]
    if (octal !== undefined) {
      bytes.push(parseInt(octal, 8))
      i += octal.length
      continue
    }
    const next = text[++i] ?? ''
    bytes.push(...Buffer.from(escapes[next] ?? next))
  }
  return Buffer.from(bytes).toString('utf8')
}

export const strings = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner]) => unescape(inner ?? ''))

/** What a descriptor leads to: `3</a/b>` → `/a/b`. */
export const targetOf = (text: string): string | null => {
  const [, inner] = /^(?:-?\d+|AT_FDCWD)<([^>]*)>/.exec(text.trim()) ?? []
  return inner === undefined ? null : unescape(inner)
}

export const socketOf = (args: string): string => /^\d+<([^>]*)>/.exec(args)?.[1] ?? args

/** `host:port` or a socket's path; null: another family. */
export function addressOf(args: string): string | null {
  const port = /sin6?_port=htons\((\d+)\)/.exec(args)?.[1]
  const four = /sin_addr=inet_addr\("([^"]+)"\)/.exec(args)?.[1]
  const six = /inet_pton\(AF_INET6, "([^"]+)"/.exec(args)?.[1]
  if (port !== undefined && four !== undefined) return `${four}:${port}`
  if (port !== undefined && six !== undefined) return `[${six}]:${port}`
  const [path] = args.includes('AF_UNIX') ? strings(args.slice(args.indexOf('sun_path'))) : []
  return path === undefined || path === '' ? null : args.includes('sun_path=@') ? `@${path}` : path
}
