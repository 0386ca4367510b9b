/**
 * Names as cuebot takes them: lower case, letters, digits, `_` and `.`, at least 3, a layer's once in its job
 * (JobSpec.conformName and conformJobName; there is no dash, since `-` becomes `_`). All are NMTOKENs of XML.
 */
import { at } from '../../../domain/at.ts'
import { uniqueNames, type FarmJob, type FarmNode } from '../farm.ts'

/**
 * rqd writes a file `SHOW-SHOT-USER_JOB.FRAME-LAYER.rqlog`, of which a file system takes 255 bytes. So 80 and 100 leave 54 for
 * show, shot and user; where those are longer, submit.sh says so.
 */
const maxLayer = 100
const maxJob = 80

export interface LayerName {
  name: string
  /** it had to be told from another layer's, or shortened */
  made: 'as is' | 'shortened' | 'numbered'
}

export const jobName = (job: FarmJob): string => legal(job.name, 'job').slice(0, maxJob)

/** Runs of `_` are one, as cuebot makes them in a job's name. */
function legal(name: string, word: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9_.]/g, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase()
  if (plain.length >= 3) return plain
  return plain === '' ? word : `${word}_${plain}`
}

/** The layers' names, each of them once. */
export function layerNames(job: FarmJob): Map<FarmNode, LayerName> {
  const whole = job.nodes.map((node) => legal(node.name, 'layer'))
  const plain = whole.map((name) => name.slice(0, maxLayer))
  const names = uniqueNames(plain, (name, n) => `${name.slice(0, maxLayer - 8)}_${n}`)
  return new Map(
    job.nodes.map((node, i) => {
      const name = at(names, i)
      return [node, { name, made: name !== plain[i] ? 'numbered' : whole[i] !== plain[i] ? 'shortened' : 'as is' }]
    })
  )
}
