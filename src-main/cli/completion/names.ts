/** Names that only the store knows: jobs, tasks, nodes, interpreters. Nothing is made where there is no store yet. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../app.ts'
import { looks } from '../../domain/status.ts'
import { dataDirOf } from '../base.ts'

export interface Name {
  value: string
  about: string
}

export type Kind = 'job' | 'task' | 'node' | 'interpreter'

/** All names of a kind; none where the store cannot be read: a shell that completes has nowhere to say why. */
export async function namesOf(kind: Kind): Promise<Name[]> {
  const dataDir = dataDirOf()
  if (!existsSync(join(dataDir, 'backlot.db'))) return []
  const { openApp } = await import('../../app.ts')
  const opened = openApp({ dataDir })
  if (!opened.ok) return []
  try {
    return await readers[kind](opened.value)
  } finally {
    await opened.value.close()
  }
}

const readers: Readonly<Record<Kind, (app: App) => Promise<Name[]>>> = {
  job: async (app) => {
    const jobs = await app.call('job.list', {})
    if (!jobs.ok) return []
    return jobs.value.map(({ id, name, status }) => ({ value: String(id), about: `${looks[status].label} ${name}` }))
  },
  task: async (app) => {
    const tasks = await app.call('task.list', {})
    if (!tasks.ok) return []
    return tasks.value.tasks.map(({ name, state }) => ({ value: name, about: looks[state].label }))
  },
  node: async (app) => {
    const tasks = await app.call('task.list', {})
    const names = tasks.ok ? tasks.value.tasks.map(({ node }) => node) : []
    return [...new Set(names)].map((value) => ({ value, about: 'a node of the newest job' }))
  },
  interpreter: async (app) => {
    const list = await app.call('interpreter.list', {})
    return list.ok ? list.value.map(({ name, argv }) => ({ value: name, about: argv[0] ?? '' })) : []
  }
}
