/**
 * Tractor, through its Python library tractor.api.query, which the Python that ships with it has (rmanpy; PYTHON names another).
 * What is asked are a job's tasks, commands and current invocations, by columns that Pixar's glossary has; a task is found by its
 * command, which ends with the task's folder and the submission. Nobody here has a Tractor. Sources: Pixar's documents (Query
 * Python API, Search Clauses, Glossary; the states are what a job's numblocked to numdone count) and public scripts, such as
 * Meshroom's submitter, that read `state` of tasks, `argv` of commands, `Blade.name` and `rcode` of invocations, and call
 * `retry`, `kill` and `interrupt` so.
 */
import { z } from 'zod'
import type { FarmEnd, FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import type { Submission } from '../pulled/submission.ts'
import {
  bySubmitScript,
  parsedAnswer,
  pythonCommand,
  type Answer,
  type FarmClient,
  type FarmCommand
} from './client.ts'
import { untried } from './others.ts'

/** `PYTHON - VERB JID RUN [FOLDER…]`: prints what it found as JSON, or does what is asked with the tasks, or with the job. Python 2 too. */
const script = `import json
import sys
try:
    import tractor.api.query as tq
except ImportError as error:
    sys.exit('%s; PYTHON names the Python that has it, such as rmanpy' % error)

verb, jid, run = sys.argv[1], int(sys.argv[2]), sys.argv[3]
job = 'jid=%d' % jid


def tasks(folders):
    known = {}
    for command in tq.commands(job, columns=['tid', 'argv']):
        if command['argv'][3:] == [run]:
            known[command['argv'][2]] = command['tid']
    for folder in folders:
        if folder not in known:
            sys.exit('job %d has no task %s' % (jid, folder))
    return [{'jid': jid, 'tid': known[folder]} for folder in folders]


def work(folders):
    if verb == 'states':
        found = {'tasks': tq.tasks(job, columns=['tid', 'state'])}
        if not found['tasks']:
            sys.exit('the engine knows no job %d' % jid)
        found['commands'] = tq.commands(job, columns=['tid', 'argv'])
        columns = ['tid', 'Blade.name', 'starttime', 'rcode']
        found['invocations'] = tq.invocations(job + ' and current', columns=columns)
        print(json.dumps(found, default=str))
    elif verb == 'retry':
        tq.retry(tasks(folders))
    elif folders:
        tq.kill(tasks(folders))
    else:
        tq.interrupt([{'jid': jid}])


try:
    work(sys.argv[4:])
except Exception as error:
    sys.exit('%s: %s' % (type(error).__name__, error))
finally:
    tq.closeEngineClient()
`

/** Null: the record names no job, or what stands there is no number of one. */
function call(
  verb: 'states' | 'retry' | 'kill',
  submission: Submission,
  folders: readonly string[]
): FarmCommand | null {
  const { ids, run } = submission
  const [id = ''] = ids
  return run !== null && /^\d{1,18}$/.test(id) ? pythonCommand(script, verb, id, run, ...folders) : null
}

export const tractorClient: FarmClient = {
  tried: `${untried('Tractor')}; its states were tried against a stand-in of its Python library`,
  needs: [],
  submit: bySubmitScript,
  stays: false,
  namesTasks: true,
  states: (submission) => call('states', submission, []),
  read: readRows,
  retry: (submission, tasks) => (tasks.length === 0 ? null : call('retry', submission, tasks)),
  kill: (submission, tasks) => call('kill', submission, tasks ?? [])
}

const shape = z.object({
  tasks: z.array(z.object({ tid: z.number(), state: z.string() })),
  commands: z.array(z.object({ tid: z.number(), argv: z.array(z.string()) })),
  invocations: z.array(
    z.object({
      tid: z.number(),
      'Blade.name': z.string().nullable(),
      starttime: z.string().nullable(),
      rcode: z.number().nullable()
    })
  )
})

const ends: Readonly<Record<string, FarmEnd>> = { done: 'succeeded', error: 'failed' }

function readRows({ run }: Submission, { code, out }: Answer): FarmStates | null {
  const read = code === 0 ? shape.safeParse(parsedAnswer(out)) : null
  if (!read?.success) return null
  const { data } = read
  const folders = new Map(
    data.commands.flatMap(({ tid, argv: [, , folder = '', own] }) => (own === run ? [[tid, folder] as const] : []))
  )
  const invocations = new Map(data.invocations.map((one) => [one.tid, one]))
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  const waiting = new Set<string>()
  for (const { tid, state } of data.tasks) {
    const [folder, invocation] = [folders.get(tid), invocations.get(tid)]
    const [end, host] = [ends[state], invocation?.['Blade.name'] || null]
    if (folder === undefined) continue
    if (end !== undefined) tasks.set(folder, wordOf(end, invocation?.rcode ?? null, host))
    else if (state === 'active') running.set(folder, { since: timeIn(invocation?.starttime ?? ''), host })
    else if (state === 'ready' || state === 'blocked') waiting.add(folder)
  }
  const known = tasks.size + running.size + waiting.size
  return known === 0 ? null : { tasks, running, waiting, open: isOpen(new Set(data.tasks.map(({ state }) => state))) }
}

/** What waits for what failed waits until somebody tries that again. */
const isOpen = (states: ReadonlySet<string>): boolean =>
  states.has('active') || states.has('ready') || (states.has('blocked') && !states.has('error'))

function wordOf(end: FarmEnd, rcode: number | null, host: string | null): FarmWord {
  const exitCode = rcode !== null && rcode > 0 ? rcode : null
  const text = end === 'succeeded' ? null : `Tractor says error${rcode === null ? '' : `, exit code ${rcode}`}`
  return { end, text, exitCode, signal: null, peakMemory: null, host }
}

/** `2014-02-17 08:16:57.971-08`, as its documents show one; null: it is none. */
function timeIn(text: string): number | null {
  const [, day, time, hours, minutes = '00'] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(?:([+-]\d\d):?(\d\d)?)?$/.exec(text) ?? []
  const at = day === undefined ? NaN : Date.parse(`${day}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`)
  return Number.isNaN(at) ? null : at
}
