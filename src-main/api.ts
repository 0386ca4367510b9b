/** One handler a call, over the core. */
import { clearingCalls } from './api/clearing.ts'
import { criticalCalls } from './api/critical.ts'
import { filesCalls } from './api/files.ts'
import { forecastCalls } from './api/forecast.ts'
import { graphCalls } from './api/graph.ts'
import { jobCalls } from './api/job.ts'
import { logCalls } from './api/logs.ts'
import { machineCalls } from './api/machine.ts'
import { rehearsalCalls } from './api/rehearse.ts'
import { runningCalls } from './api/running.ts'
import { taskCalls } from './api/task.ts'
import { workerCalls } from './api/worker.ts'
import type { Context } from './api/context.ts'
import type { CallName, Contract, Parsed } from './contract.ts'

export const api = {
  ...graphCalls,
  ...jobCalls,
  ...taskCalls,
  ...filesCalls,
  ...clearingCalls,
  ...criticalCalls,
  ...runningCalls,
  ...logCalls,
  ...machineCalls,
  ...rehearsalCalls,
  ...workerCalls,
  ...forecastCalls
} satisfies {
  [N in keyof Contract]: (context: Context, input: Parsed<N>) => unknown
}

export type Api = typeof api
export type Output<N extends CallName> = Extract<Awaited<ReturnType<Api[N]>>, { ok: true }>['value']

export type { ForecastView, NodeForecast } from './api/forecast.ts'
export type { LedgerView } from './api/rehearse.ts'
export type { RehearsalView } from './api/rehearsal-view.ts'
export type { ChangedTask } from './api/changed.ts'
export type { Cleared } from './api/clearing.ts'
export type { GuideRow } from './api/guide.ts'
export type { GraphView, JobView, OutputView, PlannedTask, TaskView } from './api/handler.ts'
