/** What is looked for by way of links: the trace has the name alone, not what is missing where the links lead. */
import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { Access } from '../../domain/rehearsal.ts'
import { nameOf } from '../../domain/paths.ts'
import { seenAt, type Layer } from './layers.ts'

/** as many as the kernel follows */
const mostLinks = 40

/** A path with all links followed, be there anything at its end or not. */
export class Links {
  private readonly view: readonly Layer[]
  private readonly folders = new Map<string, string>()

  /** `view`: the newest layer first. */
  constructor(view: readonly Layer[]) {
    this.view = view
  }

  follow(path: string, left = mostLinks): string {
    const above = dirname(path)
    if (above === path) return path
    const real = join(this.folder(above, left), nameOf(path))
    const seen = left > 0 ? seenAt(real, this.view) : null
    if (seen?.kind !== 'link') return real
    return this.follow(normalize(isAbsolute(seen.to) ? seen.to : join(dirname(real), seen.to)), left - 1)
  }

  private folder(path: string, left: number): string {
    const known = this.folders.get(path) ?? this.follow(path, left)
    this.folders.set(path, known)
    return known
  }
}

/** Accesses with what is missing named as it is where links lead; `counts`: whether a path may lie behind links of the job. */
export function followed(
  accesses: readonly Access[],
  view: readonly Layer[],
  counts: (path: string) => boolean
): Access[] {
  const links = new Links(view)
  return accesses.map((access) => {
    if (access.how !== 'missing' || !counts(access.what)) return access
    const what = links.follow(access.what)
    return what === access.what ? access : { ...access, what, as: access.as ?? access.what }
  })
}
