/** The process that runs jobs in the data folder: this window's, another one, or none. */
import type { Runner } from '../../src-main/domain/events.ts'
import { ask, hear } from '../api.ts'

class RunnerState {
  /** another process that runs jobs here; null: there is none */
  other = $state.raw<Runner | null>(null)

  constructor() {
    hear((events) => {
      const last = events.findLast((event) => event.type === 'runner')
      if (last) this.take(last.runner)
    })
  }

  async load(): Promise<void> {
    this.take(await ask('runner.show', {}))
  }

  private take(runner: Runner | null): void {
    this.other = runner?.here === false ? runner : null
  }
}

export const runner = new RunnerState()
