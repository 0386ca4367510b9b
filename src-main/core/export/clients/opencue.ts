/** OpenCue, through its own Python client (opencue_pycue). */
import { z } from 'zod'
import type { FarmEnd, FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { needs } from '../opencue/submit.ts'
import { frameOf, type Submission } from '../pulled/submission.ts'
import {
  allNamed,
  bySubmitScript,
  parsedAnswer,
  pythonCommand,
  type Answer,
  type FarmClient,
  type FarmCommand
} from './client.ts'

/** `PYTHON - VERB JOB [FRAME…]`: prints what it found as JSON, or does what is asked with the frames, or with the job. */
const script = `import json
import sys
import opencue.api as cue

verb, name, *frames = sys.argv[1:]
job = cue.getJob(name)
if verb == 'states':
    found, open_ = [], False
    for layer in job.getLayers():
        page, count = 1, 1000
        while count == 1000:
            some = layer.getFrames(limit=1000, page=page)
            page, count = page + 1, len(some)
            for frame in some:
                state = str(int(frame.state()))
                data = frame.data
                found.append([frame.name(), state, data.exit_status, data.last_resource, data.max_rss, data.start_time])
    print(json.dumps({'frames': found, 'pending': job.data.state == 0}))
elif verb == 'retry':
    job.retryFrames(name=frames)
elif frames:
    job.killFrames(name=frames, reason='killed with backlot')
else:
    job.kill(reason='killed with backlot')
`

const call = (...words: string[]): FarmCommand => pythonCommand(script, ...words)

export const opencueClient: FarmClient = {
  tried: 'written from pycue’s documents and tried against a stand-in for cuebot, which was not at hand',
  needs,
  submit: bySubmitScript,
  stays: false,
  namesTasks: true,
  states: ({ ids: [id] }) => (id === undefined ? null : call('states', id)),
  read: readFrames,
  retry: (submission, tasks) => act('retry', submission, tasks),
  kill: (submission, tasks) => act('kill', submission, tasks)
}

function act(verb: string, submission: Submission, tasks: readonly string[] | null): FarmCommand | null {
  const [id] = submission.ids
  // without a frame the script takes the whole job
  const frames = tasks === null ? [] : allNamed(tasks, (task) => frameOf(submission, task))
  return id === undefined || frames === null ? null : call(verb, id, ...frames)
}

const shape = z.object({
  frames: z.array(z.tuple([z.string(), z.string(), z.number(), z.string(), z.number(), z.number()])),
  pending: z.boolean()
})

/** job.proto: FrameState, by name or by number. */
const states = ['WAITING', 'SETUP', 'RUNNING', 'SUCCEEDED', 'DEPEND', 'DEAD', 'EATEN', 'CHECKPOINT'] as const
const ends: Readonly<Record<string, FarmEnd>> = { SUCCEEDED: 'succeeded', DEAD: 'dead', EATEN: 'eaten' }

function readFrames({ layers }: Submission, { code, out }: Answer): FarmStates | null {
  const read = code === 0 ? shape.safeParse(parsedAnswer(out)) : null
  if (!read?.success) return null
  const positions = new Map([...layers].map(([position, layer]) => [layer, position]))
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  const waiting = new Set<string>()
  let open = false
  for (const [name, state, exitCode, resource, rss, since] of read.data.frames) {
    const [, first, layer = ''] = /^(\d+)-(.*)$/.exec(name) ?? []
    const position = positions.get(layer)
    const word = /^\d+$/.test(state) ? states[Number(state)] : state
    const end = ends[word ?? '']
    if (word !== undefined && ['WAITING', 'SETUP', 'RUNNING', 'CHECKPOINT'].includes(word)) open = true
    if (position === undefined) continue
    const task = `${position}/${Number(first)}`
    if (end !== undefined) tasks.set(task, wordOf(end, exitCode, resource, rss))
    else if (word === 'RUNNING') running.set(task, { since: since > 0 ? since * 1000 : null, host: hostIn(resource) })
    else waiting.add(task)
  }
  return { tasks, running, waiting, open: open && read.data.pending }
}

const wordOf = (end: FarmEnd, exitCode: number, resource: string, rss: number): FarmWord => ({
  ...{ end, exitCode, text: exitCode > 0 ? `exit status ${exitCode}` : null, signal: null },
  ...{ peakMemory: rss > 0 ? rss * 1024 : null, host: hostIn(resource) }
})

/** HOST/CORES/GPUS */
const hostIn = (resource: string): string | null => resource.replace(/\/.*$/, '') || null
