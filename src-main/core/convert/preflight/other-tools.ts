/** What other tools read of a graph and Backlot does not. */
import { kindOf, membersByKey, membersOf, type Raw } from '../../../domain/json.ts'
import type { Problem } from '../../../domain/problems.ts'
import type { JobNode } from '../convert.ts'
import { about, runs } from './input.ts'

export function otherToolProblems(node: JobNode): Problem[] {
  return runs(node) ? [...batchedByInputs(node), ...bypassed(node)] : []
}

/** VFX-FlowpipeScheduler batches by inputs of these names. */
function batchedByInputs(node: JobNode): Problem[] {
  if (node.batching.kind !== 'whole') return []
  const names = node.node.inputs
    .map((plug) => plug.name)
    .filter((name) => name === 'batch_items' || name === 'batch_size')
  if (names.length === 0) return []
  return [
    about(node, {
      severity: 'info',
      code: 'batched-by-inputs',
      message: `${names.join(' and ')} ${names.length === 1 ? 'is a plain input' : 'are plain inputs'} here, as VFX-FlowpipeScheduler batches by: nothing is batched, the node is one task`,
      remedy: 'to batch it, call the list frames and write metadata.batch_size'
    })
  ]
}

/** Words for a node that is switched off, by whether the word itself says off. */
const offWords = [
  'bypass',
  'bypassed',
  'disable',
  'disabled',
  'deactivated',
  'inactive',
  'mute',
  'muted',
  'skip',
  'skipped',
  'omit',
  'omitted'
]
const onWords = ['enable', 'enabled', 'active', 'activated', 'is_active', 'is_enabled']
const stateWords = ['state', 'status']
const offStates = /^"?(?:bypass(?:ed)?|disabled?|deactivated|inactive|muted?|off|skip(?:ped)?)"?$/i
const onStates = /^(?:"(?:active|activated|enabled|on|normal|default)?"|true|null)$/i

function isOff(key: string, value: Raw): boolean {
  const nothing = ['false', 'null', '0', '""', '"false"', '"0"'].includes(value.toLowerCase())
  if (offWords.includes(key)) return !nothing && kindOf(value) !== 'object'
  if (onWords.includes(key)) return nothing && value !== 'null'
  return key === 'activation_state' ? !onStates.test(value) : stateWords.includes(key) && offStates.test(value)
}

const words = [...offWords, ...onWords, ...stateWords, 'activation_state']

/** A node that another tool has switched off: in its metadata, in what an editor keeps there, or beside it. */
function bypassed(of: JobNode): Problem[] {
  const { node } = of
  const kept = membersOf(node.metadata).filter(({ value }) => kindOf(value) === 'object')
  const places = [
    { where: 'metadata.', object: node.metadata },
    ...kept.map(({ key, value }) => ({ where: `metadata.${key}.`, object: value })),
    { where: '', object: node.record }
  ]
  return places.flatMap(({ where, object }) => {
    const members = membersByKey(object)
    return words.flatMap((key) => {
      const value = members.get(key)
      if (value === undefined || !isOff(key, value)) return []
      return [
        about(of, {
          severity: 'info',
          code: 'bypass-unread',
          message: `its ${where}${key} is ${value.slice(0, 60)}, which is another tool’s: flowpipe and Backlot run the node`,
          remedy: 'to leave it out: --omit NAME, or node.omit = True where the graph is built'
        })
      ]
    })
  })
}
