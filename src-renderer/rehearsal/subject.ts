/** What a finding is about, in a line below its sentence. */
import { counted } from '../../src-main/domain/counts.ts'
import { someOf } from '../../src-main/domain/findings.ts'
import { nameOf } from '../../src-main/domain/paths.ts'
import type { Finding } from '../../src-main/domain/rehearsal.ts'

/** A path's last name, a folder's too: `publish/v031/` is `v031/`. */
export const lastName = (path: string): string => {
  const name = nameOf(path.replace(/[\\/]+$/, ''))
  return path.endsWith('/') ? `${name}/` : name || path
}

/** `6 tasks · fog.1001.exr and 47 more`: one task by its name. */
export function subjectText({ tasks, paths, variables, addresses }: Finding): string {
  const [only] = tasks
  const who = tasks.length === 1 && only !== undefined ? only : counted(tasks.length, 'task')
  const what = [...paths.map(lastName), ...variables, ...addresses]
  return what.length === 0 ? who : `${who} · ${someOf(what, 1)}`
}
