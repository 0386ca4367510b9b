// The node of the tortured job in TypeScript; torture_nodes.py is its twin. It says in a file when it begins and ends, and
// whether another process evaluates the same task at that moment.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineNode } from 'backlot'

interface Work {
  label: string
  trace: string
  ms: number
  values?: unknown
  more?: unknown
  frames?: unknown
  /** fails until this file is there, and makes it */
  mark?: string
}

/** The process's start in the system's words; null where it is gone. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null // no such process
  }
}

/** Whether somebody who is alive has begun this task and not ended it. */
function twin(trace: string, key: string): number | null {
  const open = new Map<string, number>()
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const [what, whose, pid, start] = line.split(' ')
    if (whose !== key) continue
    if (what === 'begin') open.set(`${pid} ${start}`, Number(pid))
    else open.delete(`${pid} ${start}`)
  }
  const alive = [...open].find(([id, pid]) => `${pid} ${startOf(pid)}` === id)
  return alive ? alive[1] : null
}

export const Work = defineNode(
  { outputs: ['out', 'frames'] },
  async function Work({ label, trace, ms, values = null, more = null, frames = null, mark = '' }: Work) {
    const key = `${label}:${Array.isArray(frames) ? frames.join(',') : ''}`
    const self = `${key} ${process.pid} ${startOf(process.pid)}`
    const other = twin(trace, key)
    if (other !== null) appendFileSync(trace, `double ${self} with ${other}\n`)
    appendFileSync(trace, `begin ${self}\n`)
    try {
      await sleep(ms)
      if (mark && !existsSync(mark)) {
        writeFileSync(mark, '')
        throw new Error('the first try fails')
      }
      const read = [values, more].flat().filter((value) => typeof value === 'string')
      const digest = createHash('md5').update(read.join(',')).digest('hex').slice(0, 8)
      return { out: [`${key}:${read.length}:${digest}`], frames: [1, 2, 3, 4, 5, 6] }
    } finally {
      appendFileSync(trace, `end ${self}\n`)
    }
  }
)

interface Store {
  /** a file to read */
  input: string
  /** the folder to write to */
  out: string
  frames: number[]
  after?: unknown
}

/** Of the rehearsals that are tortured: a frame a file. */
export const Store = defineNode(
  { outputs: ['files'] },
  async function Store({ input, out, frames, after = null }: Store) {
    const behind = Array.isArray(after) ? ` behind ${after.length} files` : ''
    mkdirSync(out, { recursive: true })
    const plate = readFileSync(input, 'utf8')
    const files = frames.map((frame) => `${out}/f.${frame}.txt`)
    for (const [i, file] of files.entries()) {
      await sleep(60)
      writeFileSync(file, `${plate} of frame ${frames[i]}${behind}`)
    }
    return { files }
  }
)
