/** Farms whose clients tell little that a folder does not, or that could not be tried here. */
import { needs as flamencoNeeds } from '../flamenco/submit.ts'
import type { Need } from '../needs.ts'
import { needs as royalRenderNeeds } from '../royalrender/submit.ts'
import { bySubmitScript, cannot, type FarmClient } from './client.ts'

export const untried = (what: string): string => `tried by nobody: there was no ${what} here`

/** Runs on this machine, and ends with the job; all that it knows is in the folder. */
export const openjdClient: FarmClient = {
  tried: null,
  needs: [],
  submit: bySubmitScript,
  stays: true,
  namesTasks: false,
  ...{ states: cannot, read: cannot, retry: cannot, kill: cannot }
}

/** Farms that are submitted to here, and steered there. */
const submitsAlone = (farm: string, needs: readonly Need[] = []): FarmClient => ({
  tried: untried(farm),
  needs,
  submit: bySubmitScript,
  stays: false,
  namesTasks: false,
  ...{ states: cannot, read: cannot, retry: cannot, kill: cannot }
})

export const flamencoClient = submitsAlone('Flamenco', flamencoNeeds)
export const afanasyClient = submitsAlone('Afanasy')
export const royalRenderClient = submitsAlone('Royal Render', royalRenderNeeds)
