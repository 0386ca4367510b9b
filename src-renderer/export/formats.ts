/** What each export is for, in a sentence. */
import type { ExportFormat } from '../../src-main/domain/formats.ts'

export const formats: Readonly<Record<ExportFormat, { title: string; what: string }>> = {
  'job-json': {
    title: 'Job JSON',
    what: "The guide's shape: tasks with command and dependencies. The commands run when pasted into bash on this machine."
  },
  bundle: {
    title: 'Bundle',
    what: 'A folder that runs by itself on any machine with the interpreters, without a farm and without Backlot.'
  },
  openjd: {
    title: 'Open Job Description',
    what: 'A job template for the openjd command and AWS Deadline Cloud, with the folder it runs from.'
  },
  opencue: {
    title: 'OpenCue',
    what: 'A job specification in XML with layers and dependencies, and a script that submits it.'
  },
  deadline: {
    title: 'Deadline 10',
    what: 'A job per node with its plugin info, and a script that submits them in order.'
  },
  tractor: {
    title: 'Tractor',
    what: 'A job script (.alf) with tasks that wait for each other, and a script that spools it.'
  },
  slurm: {
    title: 'Slurm',
    what: 'Batch scripts with job arrays that wait for each other, and a script that submits them.'
  }
}
