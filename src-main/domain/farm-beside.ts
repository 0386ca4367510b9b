/** The sentences about a farm's run beside a run here, the same on the terminal and in the window. */
import { valueText, type Difference } from './environment.ts'
import { secondsText } from './forecast.ts'

const some = (n: number, one: string, more = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : more}`

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

/** A sentence for each set of machines that had the same, the busiest first. */
export function hostTexts(hosts: readonly HostDifferences[]): string[] {
  const alike = Map.groupBy(hosts, ({ environment }) => environment && environment.map(thereText).join('; '))
  return [...alike].map(([text, same]) => {
    const names = same.map(({ host }) => host)
    const shown =
      names.length > mostNamed
        ? `${names.slice(0, mostNamed).join(', ')} and ${some(names.length - mostNamed, 'more host', 'more hosts')}`
        : names.join(', ')
    const tasks = some(
      same.reduce((sum, one) => sum + one.tasks, 0),
      'task'
    )
    return `on ${shown} (${tasks}): ${text === null ? 'what was set there was not written down' : text === '' ? 'all that was set here was set there' : text}`
  })
}

const mostNamed = 4

export interface Warned {
  job: number
  before: boolean
  findings: readonly unknown[]
}

/** Whether the rehearsal had said so: of the tasks that ended otherwise or gave other outputs, how many it named. */
export function warnedSentence(rehearsal: Warned | null, differing: number, warned: number): string {
  if (rehearsal === null) return 'It was not rehearsed.'
  const { job, before, findings } = rehearsal
  const found = findings.length === 0 ? 'found nothing' : `had ${some(findings.length, 'finding')}`
  const late = before ? '' : ', after the farm began'
  const said = `The rehearsal (job ${job}${late}) ${found}`
  if (differing === 0 || findings.length === 0) return `${said}.`
  return `${said}; ${warned === 0 ? 'none names' : `${before ? 'it had warned of' : 'it names'} ${warned.toLocaleString('en')} of`} the ${some(differing, 'task')} that differ${differing === 1 ? 's' : ''}.`
}

export interface CameShape {
  lost: number
  queued: number | null
  hosts: number
  atOnce: number
  open: boolean
}

/** `Forecast for 2 at once`. */
export const forecastLabel = (workers: number): string => `Forecast for ${workers.toLocaleString('en')} at once`

/** `Came so far: 3 hosts, 5 at once`. */
export const cameLabel = ({ open, hosts, atOnce }: CameShape): string =>
  `Came${open ? ' so far' : ''}: ${some(hosts, 'host')}, ${atOnce.toLocaleString('en')} at once`

/** What is to be known of the times that came; empty: nothing. */
export const cameNotes = ({ lost, queued }: CameShape): string[] => [
  ...(lost > 0 ? [`${secondsText(lost)} of the machine time went into attempts that did not count`] : []),
  ...(queued === null ? [] : [`it waited ${secondsText(queued)} for its first start`])
]
