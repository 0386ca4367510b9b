/** Which pictures of two runs stand in each other's place: by task, output, and place among the files that it names. */
import { hasFrames, pathsIn } from '../../../domain/frame-pattern.ts'
import { itemsOf, type Raw } from '../../../domain/json.ts'
import { fileKindOf } from '../../../domain/picture-kind.ts'
import type { PicturePair } from '../../../domain/pictures-beside.ts'
import type { Db } from '../../store/db.ts'
import { jobRow, listTasks } from '../../store/views.ts'
import { outputsOf, type Comparison } from '../compare.ts'
import { filesReturned, isThere } from '../fingerprint.ts'
import { framesOnDisk } from './files.ts'

const isPicture = (path: string): boolean => ['picture', 'decoded'].includes(fileKindOf(path))

type Outputs = ReturnType<typeof outputsOf>

interface Side {
  outputs: Outputs
  cwd: string
}

const sideOf = (db: Db['db'], job: number): Side => ({ outputs: outputsOf(db, job), cwd: jobRow(db, job).settings.cwd })

/** Pairs of the outputs that both runs have: the first of every task, then the second of every task, and so on. */
export async function picturePairs(
  db: Db['db'],
  jobs: { left: number; right: number },
  compared: readonly Comparison[]
): Promise<PicturePair[]> {
  const [left, right] = [sideOf(db, jobs.left), sideOf(db, jobs.right)]
  const frames = new Map(
    listTasks(db, jobs.right).map((task) => [task.id, task.frames === null ? null : itemsOf(task.frames)])
  )
  const found: PicturePair[][] = []
  for (const task of compared) {
    if (task.left && task.right)
      found.push(await pairsOf(task, { left, right, frames: frames.get(task.right.task) ?? null }))
  }
  const longest = found.reduce((most, { length }) => Math.max(most, length), 0)
  const inTurn = Array.from({ length: longest }, (_, i) => found.flatMap((pairs) => pairs[i] ?? [])).flat()
  return [...new Map(inTurn.toReversed().map((pair) => [pairKey(pair), pair])).values()].reverse()
}

/** Outputs hand pictures on: two of a task, or of several tasks, may name the same ones. */
const pairKey = ({ left, right }: PicturePair): string => JSON.stringify([left, right])

async function pairsOf(
  { node, identifier, batch, left, right }: Comparison,
  sides: { left: Side; right: Side; frames: readonly Raw[] | null }
): Promise<PicturePair[]> {
  const [own, others] = [sides.left.outputs.get(left?.task ?? 0), sides.right.outputs.get(right?.task ?? 0)]
  const pairs: PicturePair[] = []
  for (const [output, value] of own ?? []) {
    const other = others?.get(output)
    if (other === undefined) continue
    const frames = sides.frames ?? (await framesThere([value, sides.left.cwd], [other, sides.right.cwd]))
    const [a, b] = [picturesIn(value, sides.left.cwd, frames), picturesIn(other, sides.right.cwd, frames)]
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      const [one, two] = [a[i] ?? null, b[i] ?? null]
      pairs.push({ node, identifier, batch, output, left: one, right: two })
    }
  }
  return pairs
}

const picturesIn = (value: Raw, cwd: string, frames: readonly Raw[] | null): string[] =>
  filesReturned(value, { frames, cwd }, isThere).filter(isPicture)

/** Of a node without frames: those of which either run has a file. Null: it names no pattern. */
async function framesThere(...values: readonly (readonly [Raw, string])[]): Promise<Raw[] | null> {
  const patterns = values.flatMap(([value, cwd]) => pathsIn(value, cwd)).filter((path) => hasFrames(path))
  const found = await Promise.all(patterns.filter(isPicture).map(framesOnDisk))
  const frames = [...new Set(found.flat())].sort((a, b) => Number(a) - Number(b))
  return frames.length === 0 ? null : frames
}
