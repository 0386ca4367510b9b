/** What `rehearse --json` and `ledger --json` print, as shapes: the JSON Schemas in schemas/ are made of these. */
import { z } from 'zod'
import { severities } from './problems.ts'
import {
  accessKinds,
  accessMarks,
  findingKinds,
  passNames,
  type Finding,
  type LedgerEntry,
  type PassReport
} from './rehearsal.ts'

const names = z.array(z.string())

const finding = z.strictObject({
  kind: z.enum(findingKinds),
  severity: z.enum(severities),
  tasks: names.describe('names of the tasks that it hits, in the job’s order'),
  needs: z.string().nullable().describe('the task that has to be waited for, or that made what is asked for'),
  paths: names,
  variables: names,
  addresses: names,
  message: z.string().describe('what happens, in one sentence'),
  remedy: z.string(),
  evidence: names.describe('lines of the ledger, the two contents or values, the end of a log')
})

const pass = z.strictObject({
  name: z.enum(passNames),
  looked: z.boolean().describe('whether the pass could do all that it is for'),
  why: z.string().describe('what was not looked at, or not needed, and why; empty: nothing to say')
})

export const rehearsalShape = z
  .strictObject({
    job: z.int().positive(),
    findings: z.array(finding).describe('the worst first'),
    passes: z.array(pass),
    forecast: z.record(z.string(), z.unknown()).nullable()
  })
  .meta({ title: 'Backlot rehearsal', description: 'The line that backlot rehearse --json prints.' })
export type RehearsalDocument = z.infer<typeof rehearsalShape>

const entry = z.strictObject({
  how: z.enum(accessKinds),
  what: z.string().describe('absolute path with links followed, address (host:port, or a socket’s path) or variable'),
  as: z.string().exactOptional().describe('as the program named it, where that is another text'),
  own: z.boolean().describe('in the node’s own work, not while its code was loaded'),
  marks: z.array(z.enum(accessMarks)).exactOptional(),
  task: z.string(),
  taskId: z.int().positive()
})

export const ledgerShape = z
  .strictObject({
    entries: z.array(entry),
    total: z.int().nonnegative().describe('how many there are in all, beyond those given')
  })
  .meta({ title: 'Backlot ledger', description: 'What backlot ledger --json prints: what tasks read and wrote.' })

type Same<A, B> = [A, B] extends [B, A] ? true : never

/** The shapes are those of rehearsal.ts: the compiler says so, and names the one that is not. */
export const areTheSame: [
  finding: Same<z.infer<typeof finding>, Finding>,
  pass: Same<z.infer<typeof pass>, PassReport>,
  entry: Same<z.infer<typeof entry>, LedgerEntry>
] = [true, true, true]
