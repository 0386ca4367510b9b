/** The thread that `log-steps.ts` starts: a step for each message. */
import { parentPort } from 'node:worker_threads'
import { stepApart, type LogReply, type LogRequest } from './log-steps.ts'

parentPort?.on('message', ({ id, ...asked }: LogRequest) => {
  parentPort?.postMessage({ ...stepApart(asked), id } satisfies LogReply)
})
