/** The targets a job can be exported to. */
export const farmNames = ['openjd', 'opencue', 'deadline', 'tractor', 'slurm'] as const
export type FarmName = (typeof farmNames)[number]

export const exportFormats = ['job-json', 'bundle', ...farmNames] as const
export type ExportFormat = (typeof exportFormats)[number]
