/**
 * What of AWS Deadline Cloud's service a submission needs, over HTTP: jobs are taken, their tasks are as they are set here
 * (AWS Deadline Cloud API Reference, 2023-10-12). The real `deadline` command and library talk to it through a proxy, since
 * botocore puts `management.` before a host that is no real one.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { scratch } from './app.ts'

const hex = (n: number): string => String(n).padStart(32, '0')
export const farmId = `farm-${hex(1)}`
export const queueId = `queue-${hex(2)}`
export const jobId = `job-${hex(3)}`

export interface CloudTask {
  step: string
  parameters: Record<string, Record<string, string>>
  runStatus: string
  startedAt?: string
}

export interface Cloud {
  tasks: CloudTask[]
  /** the job's taskRunStatus */
  status: string
  /** what it was told to change: `PATCH` bodies with the last part of their address */
  told: { what: string; body: unknown }[]
  /** what it was given to run */
  taken: { template: unknown; parameters: unknown }[]
}

const created = z.object({ template: z.string(), parameters: z.unknown() })

/** Starts the service for one test; the environment is set so that the client finds it. */
export async function startCloud(): Promise<Cloud> {
  const cloud: Cloud = { tasks: [], status: 'READY', told: [], taken: [] }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      const parts = new URL(request.url ?? '', 'http://deadline.test').pathname.split('/').filter(Boolean)
      const body: unknown = text === '' ? null : JSON.parse(text)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(cloud, { method: request.method ?? '', parts, body })))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const own = {
    ...{ HTTP_PROXY: `http://127.0.0.1:${port}`, AWS_ENDPOINT_URL_DEADLINE: 'http://deadline.test', HOME: scratch() },
    ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_DEFAULT_REGION: 'us-west-2' },
    ...{ DEADLINE_CLOUD_TELEMETRY_OPT_OUT: 'true' }
  }
  for (const [name, value] of Object.entries(own)) vi.stubEnv(name, value)
  onTestFinished(() => {
    server.close()
    vi.unstubAllEnvs()
  })
  return cloud
}

function answer(cloud: Cloud, { method, parts, body }: { method: string; parts: string[]; body: unknown }): unknown {
  const last = parts.at(-1) ?? ''
  const steps = [...new Set(cloud.tasks.map(({ step }) => step))]
  if (method === 'PATCH') {
    cloud.told.push({ what: last, body })
    return {}
  }
  if (method === 'POST' && last === 'jobs') {
    const { template, parameters } = created.parse(body)
    cloud.taken.push({ template: parse(template), parameters })
    return { jobId }
  }
  if (last === queueId) return { displayName: 'render', queueId, farmId, status: 'IDLE', defaultBudgetAction: 'NONE' }
  if (last === 'environments') return { environments: [] }
  if (last === 'steps') return { steps: steps.map((name, i) => ({ name, stepId: `step-${hex(i)}`, jobId })) }
  if (last === 'tasks') {
    const name = steps[Number(parts.at(-2)?.slice('step-'.length))]
    const own = cloud.tasks.flatMap((task, i) => (task.step === name ? [{ ...task, taskId: `task-${hex(i)}-0` }] : []))
    return { tasks: own }
  }
  return {
    ...{ jobId, name: 'x', lifecycleStatus: 'CREATE_COMPLETE', lifecycleStatusMessage: 'ok', priority: 50 },
    ...{ createdAt: '2026-01-01T00:00:00Z', createdBy: 'me', taskRunStatus: cloud.status }
  }
}
