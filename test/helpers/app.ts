import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openApp, type App } from '../../src-main/app.ts'
import type { CallName, Input } from '../../src-main/contract.ts'
import type { Output } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'
import { goldens, unwrap } from './goldens.ts'

/** Node code of the goldens is found by the real Python. */
export function withGoldenNodes(): void {
  process.env.PYTHONPATH = [goldens, process.env.PYTHONPATH].filter(Boolean).join(':')
}

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestApp {
  app: App
  dataDir: string
  events: RunEvent[]
  ask<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>>
}

/** The graphs that tests load are their own code: they may run. */
async function allowed<N extends CallName>(app: App, input: Input<N>): Promise<Input<N>> {
  const source = 'source' in input ? input.source : null
  if (source && typeof source === 'object' && 'path' in source && /\.[mc]?[jt]s$|\.py$/.test(source.path))
    await app.call('graph.trust', { source, allow: true })
  return input
}

/** The real core on a fresh data folder (or a given one), closed when the test ends. */
export function testApp(options: { slots?: number; dataDir?: string; graceMs?: number } = {}): TestApp {
  const dataDir = options.dataDir ?? scratch()
  const app = unwrap(openApp({ slots: 2, graceMs: 500, ...options, dataDir }))
  const events: RunEvent[] = []
  app.on((event) => events.push(event))
  onTestFinished(() => app.close())
  return { app, dataDir, events, ask: async (name, input) => unwrap(await app.call(name, await allowed(app, input))) }
}
