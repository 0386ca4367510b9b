/** The places of the window. */

/** The views of a job, with their titles, in the order of their keys. */
export const jobTabs = [
  ['tasks', 'Tasks'],
  ['graph', 'Graph'],
  ['timeline', 'Timeline'],
  ['outputs', 'Outputs'],
  ['rehearsal', 'Rehearsal'],
  ['forecast', 'Forecast']
] as const
export type JobTab = (typeof jobTabs)[number][0]

export type Place =
  | { kind: 'start' }
  | { kind: 'jobs' }
  | { kind: 'job'; job: number; tab: JobTab }
  | { kind: 'graph'; path: string }
  | { kind: 'interpreters' }
  | { kind: 'settings' }

/** Whether a value that was kept is a place. */
export function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  switch (value.kind) {
    case 'job':
      return (
        'job' in value && Number.isInteger(value.job) && 'tab' in value && jobTabs.some(([tab]) => tab === value.tab)
      )
    case 'graph':
      return 'path' in value && typeof value.path === 'string'
    case 'start':
    case 'jobs':
    case 'interpreters':
    case 'settings':
      return true
    default:
      return false
  }
}
