/** Where an export may be written; light enough to be asked before anything runs. */
import { checkJson } from '../../domain/json-check.ts'
import type { ExportFormat } from '../../domain/formats.ts'
import { kindOf, memberOf, membersOf } from '../../domain/json.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { mayMakeFolder, mayWriteFile, type Kind } from '../store/whole.ts'

/** What may be written over: the document of an earlier export. */
export const jobJsonKind: Kind = {
  what: 'job JSON',
  is: (text) => {
    const read = checkJson(text)
    if (!read.ok || kindOf(read.value) !== 'object') return false
    const keys = membersOf(read.value).map(({ key }) => key)
    return keys.join() === 'name,tasks' && kindOf(memberOf(read.value, 'tasks') ?? 'null') === 'array'
  }
}

/** Whether an export could be written there; leaves nothing behind. Errors (`usage`): what is in the way. */
export function mayExport({ format, out }: { format: ExportFormat; out: string | null }): Result<null> {
  if (format === 'job-json') return out === null ? ok(null) : mayWriteFile(out, jobJsonKind)
  if (out === null) return fail('usage', `${format} is a folder; name it with --out FOLDER`)
  return mayMakeFolder(out)
}
