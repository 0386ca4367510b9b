/** Metadata that nobody reads because of its spelling. */
import { distance } from 'fastest-levenshtein'
import { membersOf } from '../../../domain/json.ts'
import { metadataKeys } from '../../../domain/metadata.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { JobNode } from '../convert.ts'
import { about } from './input.ts'

/** As a person reads it: without case and separators. */
const folded = (key: string): string => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Keys that were probably meant as one of ours. */
export function metadataProblems(node: JobNode): Problem[] {
  const keys = membersOf(node.node.metadata).map(({ key }) => key)
  return keys.flatMap((key) => {
    const meant = metadataKeys.includes(key)
      ? undefined
      : metadataKeys.find((known) => isSlip(folded(key), folded(known)))
    if (meant === undefined) return []
    const taken = keys.includes(meant)
    return [
      about(node, {
        severity: 'warning',
        code: 'metadata-unread',
        message: `metadata ${shown(key)} is not read${taken ? `, but metadata ${shown(meant)} beside it is` : `; did you mean ${shown(meant)}?`}`,
        remedy: taken ? `take ${shown(key)} out` : `write ${shown(meant)}`
      })
    ]
  })
}

/** A letter too many, too few or wrong; in long words two. */
function isSlip(key: string, known: string): boolean {
  const allowed = known.length >= 8 ? 2 : 1
  return key.length > 0 && distance(key, known) <= allowed
}
