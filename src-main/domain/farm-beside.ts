/** The sentences about a farm's run beside a run here, the same on the terminal and in the window. */
import { counted, countText } from './counts.ts'
import { valueText, type Difference } from './environment.ts'
import { secondsText } from './forecast.ts'

export interface HostDifferences {
  host: string
  tasks: number
  environment: readonly Difference[] | null
}

/** `OCIO was missing, here "/a"`; of two values that are kept `SHOT was "010", here "020"`. */
export const thereText = (one: Difference): string =>
  one.right === null
    ? `${one.name} was missing, here ${valueText(one, one.left)}`
    : `${one.name} was ${valueText(one, one.right)}, here ${valueText(one, one.left)}`

const mostVariables = 6

function differencesText(all: readonly Difference[]): string {
  if (all.length === 0) return 'all that was set here was set there'
  const rest = all.slice(mostVariables).map(({ name }) => name)
  const more = rest.length ? [`also other or missing: ${rest.join(', ')}`] : []
  return [...all.slice(0, mostVariables).map(thereText), ...more].join('; ')
}

/** A sentence for each set of machines that had the same, the busiest first. */
export function hostTexts(hosts: readonly HostDifferences[]): string[] {
  const alike = Map.groupBy(hosts, ({ environment }) => environment && differencesText(environment))
  return [...alike].map(([said, same]) => {
    const names = same.map(({ host }) => host)
    const shown =
      names.length > mostNamed
        ? `${names.slice(0, mostNamed).join(', ')} and ${counted(names.length - mostNamed, 'more host', 'more hosts')}`
        : names.join(', ')
    const tasks = counted(
      same.reduce((sum, one) => sum + one.tasks, 0),
      'task'
    )
    return `on ${shown} (${tasks}): ${said ?? 'what was set here or there was not kept'}`
  })
}

const mostNamed = 4

export interface Warned {
  job: number
  before: boolean
  findings: readonly unknown[]
}

interface Beside {
  differs: boolean
  right: { attempts: number } | null
  warned: readonly number[]
}

/** What the rehearsal had said of what went otherwise there. */
export interface Foretold {
  /** tasks that ran there and differ: what never began tells of nothing but those before it */
  differing: number
  /** of those, the ones that a finding names */
  named: number
  /** the places of those findings */
  places: ReadonlySet<number>
}

export function foretold(tasks: readonly Beside[]): Foretold {
  const differing = tasks.filter(({ differs, right }) => differs && right !== null && right.attempts > 0)
  const named = differing.filter(({ warned }) => warned.length > 0)
  return { differing: differing.length, named: named.length, places: new Set(named.flatMap(({ warned }) => warned)) }
}

/** Whether the rehearsal had said so. */
export function foretoldSentence(rehearsal: Warned | null, { differing, named }: Foretold): string {
  if (rehearsal === null) return 'It was not rehearsed.'
  const { job, before, findings } = rehearsal
  const found = findings.length === 0 ? 'found nothing' : `had ${counted(findings.length, 'finding')}`
  const said = `The rehearsal (job ${job}${before ? '' : ', after the farm began'}) ${found}`
  if (differing === 0 || findings.length === 0) return `${said}.`
  const ran = `the ${counted(differing, 'task')} that ran there and ${differing === 1 ? 'differs' : 'differ'}`
  return `${said}; of ${ran} it named ${named === 0 ? 'none' : countText(named)}.`
}

export interface CameShape {
  lost: number
  queued: number | null
  hosts: number
  atOnce: number
  open: boolean
}

/** `Forecast for 2 at once`. */
export const forecastLabel = (workers: number): string => `Forecast for ${countText(workers)} at once`

/** `Came so far: 3 hosts, 5 at once`. */
export const cameLabel = ({ open, hosts, atOnce }: CameShape): string =>
  `Came${open ? ' so far' : ''}: ${counted(hosts, 'host')}, ${countText(atOnce)} at once`

/** What is to be known of the times that came; empty: nothing. */
export const cameNotes = ({ lost, queued }: CameShape): string[] => [
  ...(lost > 0 ? [`${secondsText(lost)} of the machine time went into attempts that did not count`] : []),
  ...(queued === null ? [] : [`it waited ${secondsText(queued)} for its first start`])
]
