/** The targets a job can be exported to. */
export const exportFormats = ['job-json', 'bundle'] as const
export type ExportFormat = (typeof exportFormats)[number]
