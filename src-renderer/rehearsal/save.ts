/** Saves a rehearsal's report where the user says. */
import type { JobView } from '../../src-main/api.ts'
import type { Input } from '../../src-main/contract.ts'
import { desktop } from '../api.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** `write`: the call that writes the file; null where that was refused, which is shown by itself. */
export async function saveReport(
  { id, name }: Pick<JobView, 'id' | 'name'>,
  write: (input: Input<'rehearsal.save'>) => Promise<{ path: string } | null>
): Promise<void> {
  const folder = await desktop('pickFolder', { title: 'Save the report in this folder' })
  if (!folder) return
  const saved = await write({ job: id, out: `${folder}/${fileName(name, id)}` })
  if (saved) toasts.done(`Saved as ${saved.path}`, { title: 'Reveal', run: () => void desktop('reveal', saved) })
}

/** A name that every file system takes. */
export const fileName = (name: string, job: number): string =>
  `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|-+$/g, '') || 'job'}-${job}-rehearsal.html`
