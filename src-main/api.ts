/** One handler a call, over the core. */
import type { CallName } from './contract.ts'
import { of } from './domain/at.ts'

/** The rooms of handlers, each loaded when a call first needs it: most command lines make one or two calls. */
const rooms = {
  clearing: async () => (await import('./api/clearing.ts')).clearingCalls,
  compare: async () => (await import('./api/compare.ts')).compareCalls,
  critical: async () => (await import('./api/critical.ts')).criticalCalls,
  farm: async () => (await import('./api/farm.ts')).farmCalls,
  files: async () => (await import('./api/files.ts')).filesCalls,
  forecast: async () => (await import('./api/forecast.ts')).forecastCalls,
  graph: async () => (await import('./api/graph.ts')).graphCalls,
  job: async () => (await import('./api/job.ts')).jobCalls,
  listing: async () => (await import('./api/listing.ts')).listingCalls,
  logs: async () => (await import('./api/logs.ts')).logCalls,
  machine: async () => (await import('./api/machine.ts')).machineCalls,
  rehearse: async () => (await import('./api/rehearse.ts')).rehearsalCalls,
  running: async () => (await import('./api/running.ts')).runningCalls,
  task: async () => (await import('./api/task.ts')).taskCalls,
  worker: async () => (await import('./api/worker.ts')).workerCalls
}

type Rooms = { [R in keyof typeof rooms]: Awaited<ReturnType<(typeof rooms)[R]>> }
type RoomOf<N> = { [R in keyof Rooms]: N extends keyof Rooms[R] ? R : never }[keyof Rooms]

/** Where each call is answered. */
const roomOf: { readonly [N in CallName]: RoomOf<N> } = {
  'worker.show': 'worker',
  'worker.check': 'worker',
  'job.forecast': 'forecast',
  'files.check': 'files',
  'files.read': 'files',
  'files.frames': 'files',
  'files.movie': 'files',
  'task.find': 'task',
  'task.list': 'task',
  'task.rows': 'task',
  'task.states': 'task',
  'task.attempts': 'task',
  'task.why': 'task',
  'task.log': 'task',
  'task.read': 'task',
  'task.outline': 'task',
  'task.search': 'task',
  'task.outputs': 'task',
  'task.retry': 'task',
  'task.cancel': 'task',
  'task.omit': 'task',
  'task.tails': 'task',
  'task.undo': 'task',
  'graph.show': 'graph',
  'graph.notes': 'graph',
  'graph.view': 'graph',
  'graph.convert': 'graph',
  'graph.reference': 'graph',
  'graph.plan': 'graph',
  'graph.preflight': 'graph',
  'graph.guide': 'graph',
  'graph.trust': 'graph',
  'interpreter.rules': 'logs',
  'job.warnings': 'logs',
  'job.create': 'job',
  'job.rerun': 'job',
  'job.current': 'job',
  'job.run': 'job',
  'job.resume': 'job',
  'job.recover': 'job',
  'job.pause': 'job',
  'job.stop': 'job',
  'job.interrupt': 'job',
  'job.priority': 'job',
  'job.delete': 'job',
  'job.started': 'job',
  'job.attempts': 'job',
  'job.warm': 'job',
  'job.outputs': 'job',
  'job.export': 'job',
  'job.preview': 'job',
  'job.compare': 'compare',
  'job.pictures': 'compare',
  'job.pull': 'farm',
  'farm.act': 'farm',
  'job.list': 'listing',
  'job.show': 'listing',
  'job.sizes': 'listing',
  'job.rehearse': 'rehearse',
  'job.missing': 'rehearse',
  'rehearsal.show': 'rehearse',
  'rehearsal.save': 'rehearse',
  'ledger.show': 'rehearse',
  'job.path': 'critical',
  'interpreter.list': 'machine',
  'interpreter.set': 'machine',
  'interpreter.remove': 'machine',
  'interpreter.reset': 'machine',
  'interpreter.check': 'machine',
  'runner.show': 'machine',
  'machine.show': 'machine',
  doctor: 'machine',
  examples: 'machine',
  'interpreter.find': 'machine',
  'job.trash': 'clearing',
  'job.deleted': 'clearing',
  'job.restore': 'clearing',
  'store.clear': 'clearing',
  'graph.changed': 'running',
  'job.open': 'running',
  'job.report': 'running',
  'job.ran': 'running',
  'job.surroundings': 'running'
}

/** What is answered in all rooms. */
type Answered = Rooms[keyof Rooms] extends infer C ? (C extends unknown ? (all: C) => void : never) : never
export type Api = Answered extends (all: infer A) => void ? A : never
export type Output<N extends CallName> = Extract<Awaited<ReturnType<Api[N]>>, { ok: true }>['value']

/** The handler of a call. */
export async function handlerOf<N extends CallName>(name: N): Promise<Api[N]> {
  const calls: Partial<Api> = await rooms[roomOf[name]]()
  return of(new Map(Object.entries(calls)), name) as Api[N]
}

export type { ComparedView, FarmBeside, ForecastBeside } from './api/compare.ts'
export type { ForecastView, NodeForecast } from './api/forecast.ts'
export type { LedgerView } from './api/rehearse.ts'
export type { RehearsalView } from './api/rehearsal-view.ts'
export type { ChangedTask } from './api/changed.ts'
export type { Cleared } from './api/clearing.ts'
export type { GuideRow } from './api/guide.ts'
export type { GraphView, JobView, OutputView, PlannedTask, TaskView } from './api/handler.ts'
