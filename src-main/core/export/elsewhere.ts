/** How a script in Python finds, on the day, where workers see the folder that it lies in: `mapped` of domain/paths.ts. */
import type { PathRule } from '../../domain/paths.ts'

/** A value as Python's json reads it: what JSON has for a text says the same in Python. */
export const inPython = (value: unknown): string => `json.loads(${JSON.stringify(JSON.stringify(value))})`

/** Python: `elsewhere(path)`, None where workers see a path as this machine does. The script has imported json. */
export const elsewhereInPython = (rules: readonly PathRule[]): string => `RULES = ${inPython(
  rules.map(({ from, to }) => [from, to])
)}


def elsewhere(path):
    """As the workers see it; None: as it is seen here."""
    inner = [rule for rule in RULES if path == rule[0].rstrip('/') or path.startswith(rule[0].rstrip('/') + '/')]
    if not inner:
        return None
    start, there = max(inner, key=lambda rule: len(rule[0]))
    rest = path[len(start.rstrip('/')):]
    is_windows = there[1:2] == ':' or there.startswith('\\\\\\\\')
    return there.rstrip('/\\\\') + (rest.replace('/', '\\\\') if is_windows else rest)
`
