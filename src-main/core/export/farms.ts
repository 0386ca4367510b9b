/** The targets a job can be exported to. */
export const farmNames = ['openjd', 'opencue', 'deadline', 'tractor', 'slurm'] as const
export type FarmName = (typeof farmNames)[number]

export const exportFormats = ['job-json', 'bundle', ...farmNames] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What people call them. */
export const formatTitles: Readonly<Record<ExportFormat, string>> = {
  'job-json': 'Job JSON',
  bundle: 'Bundle',
  openjd: 'Open Job Description',
  opencue: 'OpenCue',
  deadline: 'Deadline 10',
  tractor: 'Tractor',
  slurm: 'Slurm'
}
