/** Saves a rehearsal's report where the user says. */
import type { JobView } from '../../src-main/api.ts'
import { ask, desktop } from '../api.ts'
import { fileName } from './file-name.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** Asks for a folder; a refusal is shown. */
export async function saveReport({ id, name }: Pick<JobView, 'id' | 'name'>): Promise<void> {
  const folder = await desktop('pickFolder', { title: 'Save the report in this folder' })
  if (!folder) return
  const saved = await ask('rehearsal.save', { job: id, out: `${folder}/${fileName(name, id)}` })
  if (saved) toasts.done(`Saved as ${saved.path}`, { title: 'Reveal', run: () => void desktop('reveal', saved) })
}
