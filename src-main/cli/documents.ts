/** What each command prints with --json, as a shape: it is what is written, and the JSON Schema of it is made from it. */
import { z } from 'zod'
import { errorKinds } from '../domain/result.ts'
import { ledgerShape, rehearsalShape } from '../domain/rehearsal-shape.ts'
import * as graphs from './documents/graphs.ts'
import * as looks from './documents/looks.ts'
import * as machine from './documents/machine.ts'
import * as runs from './documents/runs.ts'

/** On stderr, the last line, where a command with --json fails. */
export const failure = z.object({
  error: z.object({
    kind: z.enum([...errorKinds, 'arguments']),
    message: z.string(),
    exitCode: z.int(),
    details: z.record(z.string(), z.unknown()).optional()
  })
})

/** By command; with a word behind it what an option of it changes. `(line)`: one such document a line. */
export const documents = {
  jobs: looks.jobs,
  tasks: looks.tasks,
  attempts: looks.attempts,
  why: looks.why,
  outputs: looks.outputs,
  log: looks.log,
  'log --grep': looks.logLine,
  compare: looks.compared,
  delete: looks.deleted,
  undelete: looks.restored,
  gc: looks.cleared,
  run: runs.runLine,
  resume: runs.runLine,
  rerun: runs.runLine,
  retry: runs.runLine,
  'run --dry-run': runs.dryRun,
  preflight: runs.preflight,
  'graph show': graphs.facts,
  convert: graphs.converted,
  'convert --guide': runs.guide,
  export: runs.exported,
  pull: runs.pulled,
  follow: runs.runLine,
  submit: runs.submitted,
  rehearse: rehearsalShape,
  ledger: ledgerShape,
  'interpreter list': machine.interpreters,
  'interpreter check': machine.checks,
  'interpreter rules': machine.rules,
  'worker show': machine.worker,
  'worker check': machine.workerCheck,
  doctor: machine.doctor,
  forecast: machine.forecast,
  error: failure
} as const
export type DocumentName = keyof typeof documents
export const documentNames = Object.keys(documents) as DocumentName[]

/** The JSON Schema (2020-12) of what is printed. */
export const schemaOf = (name: DocumentName): unknown => ({
  ...z.toJSONSchema(documents[name], { io: 'output' }),
  title: name === 'error' ? 'backlot … --json, on stderr, where it fails' : `backlot ${name} --json`
})

/** Its file in schemas/. */
export const schemaFile = (name: DocumentName): string => `${name.replaceAll(/ (?:--)?/g, '-')}.schema.json`
