/** What a submission cannot do without, looked at before anything is written. */
import { fail, ok, type Result } from '../../domain/result.ts'

export interface Need {
  /** such as `a show` */
  what: string
  /** of `backlot submit`; null: variables alone say it. Options are the words of submit.sh, in this order. */
  option: `--${string}` | null
  /** each of them says it */
  variables: readonly string[]
  /** it is there without being said */
  isThere?: () => boolean
}

export interface Said {
  /** options of `backlot submit` with their values */
  flags: ReadonlyMap<string, string>
  /** what is said for the farm's own submission */
  options: readonly string[]
  env: Readonly<Record<string, string | undefined>>
}

/** The words of submit.sh: what it needs, then all that is said beside. Errors (`usage`): something is missing. */
export function submitWords(farm: string, needs: readonly Need[], { flags, options, env }: Said): Result<string[]> {
  const rest = [...options]
  const words: string[] = []
  const missing: Need[] = []
  for (const need of needs) {
    const flag = need.option === null ? undefined : flags.get(need.option)
    const own = flag ?? (need.option !== null && isWord(rest[0]) ? rest.shift() : undefined)
    const value = own ?? need.variables.map((name) => env[name]).find(Boolean)
    if (!value && need.isThere?.() !== true) missing.push(need)
    else if (need.option !== null && value) words.push(value)
  }
  if (missing.length === 0) return ok([...words, ...rest])
  return fail('usage', `nothing was written or submitted: ${farm} needs ${missing.map(needText).join(', and ')}`)
}

const isWord = (text: string | undefined) => text !== undefined && !text.startsWith('-')

const needText = ({ what, option, variables }: Need): string => {
  const ways = [...(option === null ? [] : [option]), ...variables.map((name) => `${name} in the environment`)]
  return `${what} (say it with ${ways.join(' or ')})`
}
