/** Reads the scripts back: they are ours line by line, or refused. */
import { at } from '../../../domain/at.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { jobFile, jobTail, submitFile, submitHead, submitTail } from './scripts.ts'

const submitted =
  /^submit(?: --mem=[1-9]\d*M)?(?: --time=[1-9]\d*)? --job-name=[\w.-]+(?: --licenses=[\w.-]+:1)? "\$@" --array=0-(\d{1,3})(?: --dependency="(after[\w$:,]+)")? "\$folder\/job\.sh" commands\/\d+\.sh (\d+) (\d+); (n\d+_\d+)=\$id$/
const waited = /^(afterok|aftercorr):(\$n\d+(?:_\d+)?)$/
const joined = /^(n\d+)=(\$n\d+_\d+(?::\$n\d+_\d+)*)$/
const jobHead = /^#!\/bin\/sh\n#SBATCH --kill-on-invalid-dep=yes\n(?:#SBATCH --time=[1-9]\d*\n)?$/

/** Errors (`input`): a line is not ours, names an array that does not stand before, or a task that has one already. */
export function readScripts(folder: string): Result<Replay> {
  return caught(() => {
    const job = readFileSync(join(folder, jobFile), 'utf8')
    if (!job.endsWith(jobTail) || !jobHead.test(job.slice(0, -jobTail.length)))
      refuse('input', `${jobFile} is not as it was written`)
    const text = readFileSync(join(folder, submitFile), 'utf8')
    if (!text.startsWith(submitHead) || !text.endsWith(`\n${submitTail}`))
      refuse('input', `${submitFile} begins or ends not as it was written`)
    const reader = new Arrays()
    const lines = text.slice(submitHead.length, -submitTail.length).split('\n').slice(0, -1)
    for (const line of lines) reader.line(line)
    return { tasks: reader.tasks, waits: reader.waits }
  })
}

class Arrays {
  readonly tasks: Map<string, null> = new Map()
  readonly waits: { tasks: readonly string[]; on: readonly string[] }[] = []
  /** variable → the folders of the tasks of its arrays */
  private readonly folders = new Map<string, readonly string[]>()

  line(line: string): void {
    const join = joined.exec(line)
    if (join) {
      this.put(
        at(join, 1),
        at(join, 2)
          .split(':')
          .flatMap((one) => this.of(one))
      )
      return
    }
    const [, last, dependency, node, first, variable] = submitted.exec(line) ?? []
    if (variable === undefined) return refuse('input', `${submitFile}: ${line.slice(0, 80)} is no line of ours`)
    const own = Array.from({ length: Number(last) + 1 }, (_, i) => `${node}/${Number(first) + i}`)
    for (const wait of dependency?.split(',') ?? []) this.wait(own, wait)
    for (const folder of own) {
      if (this.tasks.has(folder)) refuse('input', `${submitFile} submits ${folder} twice`)
      this.tasks.set(folder, null)
    }
    this.put(variable, own)
  }

  private wait(own: readonly string[], wait: string): void {
    const [, type, name] = waited.exec(wait) ?? []
    if (name === undefined) return refuse('input', `${submitFile}: ${wait} is no dependency of ours`)
    const on = this.of(name)
    if (type === 'afterok') this.waits.push({ tasks: own, on })
    else for (const [i, folder] of own.entries()) this.waits.push({ tasks: [folder], on: [this.at(on, i, folder)] })
  }

  private at = (on: readonly string[], i: number, folder: string): string =>
    on[i] ?? refuse('input', `${submitFile}: ${folder} waits for an index that its parent has not`)

  private of = (name: string): readonly string[] =>
    this.folders.get(name.slice(1)) ?? refuse('input', `${submitFile}: ${name} does not stand before`)

  private put(name: string, folders: readonly string[]): void {
    if (this.folders.has(name)) refuse('input', `${submitFile}: ${name} stands twice`)
    this.folders.set(name, folders)
  }
}
