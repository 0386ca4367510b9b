/** What a task's script writes down of its environment: an awk program, and how its lines are read. */
import { looksSecret, variableRules, type Surroundings } from '../../domain/environment.ts'
import { posixPattern } from '../../domain/posix-pattern.ts'
import { awkText } from './told.ts'

/** awk: `NAME=VALUE` a line, `%` and ends of lines in it as `%25`, `%0A`, `%0D`; of what looks secret the name alone. */
export const environmentProgram =
  (): string => `# Says what is set around a task. Values that look secret are not written down.
function isSecret(name, value,  lines, n, i) {
  if (toupper(name) ~ ${posix(variableRules.secretNames)}) return 1
  while (match(name, /[a-z][A-Z]/)) name = substr(name, 1, RSTART) "_" substr(name, RSTART + 1)
  if (toupper(name) ~ ${posix(variableRules.secretWords)}) return 1
  n = split(value, lines, "\\n")
  for (i = 1; i <= n; i++) if (lines[i] ~ ${posix(variableRules.secretValues)}) return 1
  return 0
}
BEGIN {
  for (name in ENVIRON) {
    if (name !~ ${posix(variableRules.named)}) continue
    if (${variableRules.left.map((source) => `name ~ ${posix(source)}`).join(' || ')}) continue
    value = ENVIRON[name]
    if (isSecret(name, value)) { print name; continue }
    gsub(/%/, "%25", value)
    gsub(/\\n/, "%0A", value)
    gsub(/\\r/, "%0D", value)
    print name "=" value
  }
}
`

/** Every rule of ours can be said in POSIX; that one cannot is a bug. */
function posix(source: string): string {
  const pattern = posixPattern(source)
  if (pattern === null) throw new Error(`awk has no such pattern: ${source}`)
  return awkText(pattern)
}

const escapes: Readonly<Record<string, string>> = { '%25': '%', '%0A': '\n', '%0D': '\r' }

/** What was written down. Whoever wrote it, a value that looks secret is not kept. */
export function readEnvironment(text: string): Surroundings {
  const lines = [...new Set(text.split('\n').filter((line) => /^[A-Za-z_]\w*(?:=|$)/.test(line)))].sort()
  const pairs = lines.map((line): [string, string | null] => {
    const at = line.indexOf('=')
    const value = line.slice(at + 1).replace(/%(?:25|0A|0D)/g, (one) => escapes[one] ?? one)
    return at < 0 ? [line, null] : [line.slice(0, at), value]
  })
  const isHidden = ([name, value]: [string, string | null]) => value === null || looksSecret(name, value)
  const open = pairs.filter((pair): pair is [string, string] => !isHidden(pair))
  return { variables: Object.fromEntries(open), hidden: pairs.filter(isHidden).map(([name]) => name) }
}
