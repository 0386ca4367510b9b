/** What strace prints of a call's arguments: escaped texts, descriptors with what they lead to, addresses. */
import { isAbsolute, join, normalize } from 'node:path'

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

/** All texts in quotes. */
const strings = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner]) => unescape(inner ?? ''))

/** What a descriptor leads to: `3</a/b>` → `/a/b`. */
export const targetOf = (text: string): string | null => {
  const [, inner] = /^(?:-?\d+|AT_FDCWD)<([^>]*)>/.exec(text.trim()) ?? []
  return inner === undefined ? null : unescape(inner)
}

/** The number of a descriptor: `3</a/b>` → 3. */
export const descriptorOf = (text: string): number => Number(/^\d+/.exec(text)?.[0])

/** The n-th path of a call, absolute; its folder is the descriptor before it, else `cwd`. */
export function pathOf(args: string, cwd: string, which = 0): { path: string; as: string } | null {
  const quoted = [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
  const match = quoted[which]
  if (!match) return null
  const as = unescape(match[1] ?? '')
  if (as === '') return null
  const before = args.slice(0, match.index).split(/,\s*(?![^<]*>)/)
  const folder = targetOf(before.at(-2) ?? '') ?? cwd
  return { path: normalize(isAbsolute(as) ? as : join(folder, as)).replace(/(.)\/$/, '$1'), as }
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

/** A word that is no text of ours stands as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
