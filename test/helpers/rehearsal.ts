/** A rehearsal as the engine would leave it: a film's findings of several kinds, and who read and wrote what. */
import { join } from 'node:path'
import { seenOf } from '../../src-main/core/job/seen.ts'
import { packLedger } from '../../src-main/core/rehearse/ledger.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { beginRehearsal, endRehearsal, putLedger } from '../../src-main/core/store/rehearsals.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { listAttempts, listTasks } from '../../src-main/core/store/views.ts'
import type { Access, Finding, PassReport } from '../../src-main/domain/rehearsal.ts'
import { unwrap } from './goldens.ts'

export const show = '/mnt/show/hyd/0420'

export const finding = (more: Partial<Finding>): Finding => ({
  ...{ kind: 'missing-dependency', severity: 'error', tasks: ['Comp'], needs: null, paths: [], variables: [] },
  ...{ addresses: [], message: 'Comp reads what Denoise_fog wrote', remedy: 'connect them', evidence: [] },
  ...more
})

export const fogFrame = (frame: number): string => `${show}/fog/v031/fog.${frame}.exr`
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i)
const batches = (node: string, count: number): string[] => range(0, count).map((batch) => `${node}-${batch}`)

/** Longer than any window is wide. */
export const longPath = `${show}/${range(1, 14)
  .map((n) => `a_very_long_folder_name_for_a_show_${n}`)
  .join('/')}/dirt_mask.1037.tx`

export const passes: PassReport[] = [
  { name: 'author', looked: true, why: '' },
  { name: 'worker', looked: true, why: '' },
  { name: 'again', looked: true, why: '' },
  { name: 'killed', looked: false, why: 'Render_beauty cannot be killed in its writing here: it writes in one go' },
  { name: 'session', looked: true, why: 'no interpreter of this job stays warm, so there was nothing to compare' }
]

export const findings: Finding[] = [
  finding({
    tasks: batches('Comp', 6),
    needs: 'Denoise_fog-2',
    paths: range(1001, 48).map(fogFrame),
    message: 'Comp reads what Denoise_fog wrote, and does not wait for it',
    remedy: 'Connect Denoise_fog’s files to Comp’s fog, so that Comp waits.',
    evidence: [
      `Denoise_fog-2 wrote ${fogFrame(1017)}`,
      `Comp-2 read ${fogFrame(1017)}`,
      `Comp-2 as a worker did not find ${fogFrame(1017)}`,
      'Traceback (most recent call last):',
      '  File "/mnt/show/hyd/0420/comp/nodes.py", line 88, in Comp',
      `FileNotFoundError: [Errno 2] No such file or directory: '${fogFrame(1017)}'`
    ]
  }),
  finding({
    tasks: ['Publish'],
    needs: 'Quicktime',
    paths: [`${show}/publish/v031/`],
    message: 'Publish lists a folder that Quicktime fills, and does not wait for it',
    remedy: 'Connect Quicktime’s movie to an input of Publish.',
    evidence: [`Quicktime wrote ${show}/publish/v031/shot.mov`, `Publish listed ${show}/publish/v031`]
  }),
  finding({
    kind: 'local-file',
    tasks: batches('Render_beauty', 200),
    paths: ['/tmp/hangar_lut.cube'],
    message: 'Render_beauty reads /tmp/hangar_lut.cube, which only this machine has',
    remedy: 'Put the file below the share and name it there.',
    evidence: ['Render_beauty-0 read /tmp/hangar_lut.cube', 'Render_beauty-0 as a worker did not find it']
  }),
  finding({
    kind: 'environment',
    tasks: batches('Comp', 6),
    variables: ['OCIO'],
    message: 'Comp gives other pixels without OCIO; with it they are the same',
    remedy: 'Set OCIO in the interpreter nuke, or in the worker profile under env.',
    evidence: ['Comp-0 asked for OCIO', 'here: /home/anna/aces_1.2/config.ocio', 'as a worker: not set']
  }),
  finding({
    kind: 'not-deterministic',
    severity: 'warning',
    tasks: ['Build_scene'],
    paths: [`${show}/scene/hangar.ma`],
    message: 'Build_scene writes something else each time: a seed comes from the clock',
    remedy: 'Take the seed from an input.',
    evidence: ['line 12: setAttr "sim.seed" 81273', 'line 12: setAttr "sim.seed" 91822']
  }),
  finding({
    kind: 'missing-file',
    severity: 'warning',
    tasks: ['Render_beauty-4'],
    paths: [longPath],
    message: 'Render_beauty looks for dirt_mask.1037.tx, which is not there; its 47 siblings are',
    remedy: 'Make the tile, or take it out of the texture’s range.',
    evidence: [`Render_beauty-4 did not find ${longPath}`]
  })
]

const access = (how: Access['how'], what: string, own = true, more: Partial<Access> = {}): Access => ({
  ...{ how, what, own },
  ...more
})

/** What a task of the film read and wrote; `batch` of eight frames. */
export function accessesOf(node: string, batch: number): Access[] {
  const frames = range(1001 + 8 * batch, 8)
  const beauty = frames.map((frame) => `${show}/beauty/v031/beauty.${frame}.exr`)
  const comp = frames.map((frame) => `${show}/comp/v031/comp.${frame}.exr`)
  const program = [access('read', '/usr/lib/python3.11/os.py', false), access('run', '/usr/bin/python3', false)]
  const own: Record<string, Access[]> = {
    Build_scene: [access('write', `${show}/scene/hangar.ma`), access('variable', 'USER')],
    Denoise_fog: frames.map((frame) => access('write', fogFrame(frame))),
    Denoise_beauty: beauty.map((path) => access('write', path)),
    Render_beauty: [
      access('read', `${show}/scene/hangar.ma`),
      access('read', '/tmp/hangar_lut.cube', true, { as: './hangar_lut.cube' }),
      ...(batch === 4 ? [access('missing', longPath)] : [])
    ],
    Comp: [
      access('variable', 'OCIO'),
      access('connect', 'licence.studio:5053'),
      ...frames.map((frame) => access('read', fogFrame(frame))),
      ...beauty.map((path) => access('read', path)),
      ...comp.map((path) => access('write', path))
    ],
    Quicktime: [access('list', `${show}/comp/v031`), access('write', `${show}/publish/v031/shot.mov`)],
    Publish: [
      access('list', `${show}/publish/v031`),
      access('write', `${show}/publish/log.txt`, true, { marks: ['append'] })
    ]
  }
  return [...program, ...(own[node] ?? [])]
}

/** Puts the film's report and ledgers beside a job whose tasks have run. */
export function putRehearsal(dataDir: string, job: number, report = { findings, passes }): void {
  const opened = unwrap(openDb(join(dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  const store = new Store(opened)
  const begun = Date.now() - 90 * 60_000
  beginRehearsal(store, job, begun)
  for (const task of listTasks(store.db, job)) {
    const attempt = listAttempts(store.db, task.id).at(-1)
    if (!attempt) continue
    const accesses = accessesOf(task.node, task.batch ?? 0)
    putLedger(store, attempt.id, packLedger(accesses), seenOf(accesses, process.env))
  }
  endRehearsal(store, job, begun + 38 * 60_000 + 20_000, report)
  opened.raw.close()
}
