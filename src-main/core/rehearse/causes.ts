/** Finds out what makes a worker's result another one, by giving the room back one difference after the other. */
import { isAbsolute, join, relative } from 'node:path'
import type { AccessKind } from '../../domain/rehearsal.ts'
import { real, differences, type Difference } from './compare.ts'
import type { GivenBack } from './findings/evidence.ts'
import { inHome } from './gather.ts'
import { seenAt } from './layers.ts'
import { Links } from './links.ts'
import type { Performed } from './performed.ts'
import { isIn, placeOf, type Places } from './places.ts'
import { authorsVariables, nothingGiven, type Given, type Visited, type Visitor } from './visiting.ts'

export interface Diagnosis {
  back: GivenBack | null
  /** what differs between two bare rooms: no more is asked then */
  random: Difference[]
}

/** A group of differences between author and worker. */
type Group = 'layers' | 'variables' | 'host' | 'user' | 'network' | 'paths'

interface Path {
  /** as the author sees it */
  path: string
  from: string
  how: AccessKind
}

interface Asked {
  one: Performed
  room: Visited
  ignored: ReadonlySet<string>
}

const nothingBack = {
  variables: [],
  network: false,
  host: false,
  user: false,
  paths: [],
  layers: false,
  unexplained: false
} as const

export class Causes {
  private readonly visitor: Visitor
  private readonly places: Places
  /** what was found for a node's earlier batch is tried first */
  private readonly known = new Map<number, { given: Given; back: GivenBack }>()

  constructor(visitor: Visitor, places: Places) {
    this.visitor = visitor
    this.places = places
  }

  async find(asked: Asked): Promise<Diagnosis> {
    const { one, room, ignored } = asked
    const before = this.known.get(one.task.node.id)
    if (before && (await this.isSame(asked, this.renewed(before.given, one)))) return { back: before.back, random: [] }
    if (room.result) {
      const fresh = await this.visitor.visit(one)
      const paths = this.visitor.paths([room.stayed, fresh.stayed], ignored)
      const random = real(differences(room, fresh, paths))
      if (random.length) return { back: null, random }
    }
    const found = await this.explain(asked)
    if (!found) return { back: { ...nothingBack, unexplained: true }, random: [] }
    this.known.set(one.task.node.id, found)
    return { back: found.back, random: [] }
  }

  /** Layers are each task's own. */
  private readonly renewed = (given: Given, one: Performed): Given =>
    given.layers ? { ...given, layers: one.below } : given

  private async isSame({ one, ignored }: Asked, given: Given): Promise<boolean> {
    const visited = await this.visitor.visit(one, { given })
    return this.visitor.compared(one, visited, ignored).length === 0
  }

  private async explain(asked: Asked): Promise<{ given: Given; back: GivenBack } | null> {
    const groups = this.groupsOf(asked)
    for (const group of groups)
      if (await this.isSame(asked, this.givenOf(asked, [group]))) return this.narrow(asked, [group])
    if (groups.length < 2 || !(await this.isSame(asked, this.givenOf(asked, groups)))) return null
    let kept = groups
    for (const group of groups) {
      const fewer = kept.filter((other) => other !== group)
      if (fewer.length && (await this.isSame(asked, this.givenOf(asked, fewer)))) kept = fewer
    }
    return this.narrow(asked, kept)
  }

  /** What there is to be given back to this task. */
  private groupsOf({ one, room }: Asked): Group[] {
    const hasMore = one.below.length > one.ancestors.size || one.below.some((layer) => !room.view.includes(layer))
    const reaches = one.stayed.trace.accesses.some(({ how, marks }) => how === 'connect' && !marks?.includes('refused'))
    const asksWho = one.stayed.trace.accesses.some(({ how, what }) => how === 'read' && what === '/etc/passwd')
    return [
      ...(hasMore ? (['layers'] as const) : []),
      ...(this.variablesOf(one).length ? (['variables'] as const) : []),
      'host',
      ...(asksWho ? (['user'] as const) : []),
      ...(reaches ? (['network'] as const) : []),
      ...(this.pathsOf(one, room).length ? (['paths'] as const) : [])
    ]
  }

  private givenOf({ one, room }: Asked, groups: readonly Group[]): Given {
    return this.given(one, {
      variables: groups.includes('variables') ? this.variablesOf(one) : [],
      paths: groups.includes('paths') ? this.pathsOf(one, room) : [],
      groups
    })
  }

  private given(
    one: Performed,
    some: { variables: readonly string[]; paths: readonly Path[]; groups: readonly Group[] }
  ): Given {
    const all = authorsVariables()
    const network = some.groups.includes('network')
    return {
      ...nothingGiven,
      variables: Object.fromEntries(some.variables.map((name) => [name, all[name] ?? ''])),
      paths: [...some.paths, ...(network ? this.socketsOf(one) : [])].flatMap((found) => this.placed(found)),
      ...{ network, host: some.groups.includes('host'), user: some.groups.includes('user') },
      ...{ layers: some.groups.includes('layers') ? one.below : null }
    }
  }

  /** At its own place, and in the worker's home or temporary folder where it lies in the author's. */
  private placed({ path, from }: Path): { from: string; to: string }[] {
    const home = inHome(path, this.places, this.visitor.home)
    const temporary = this.places.temporary
      .filter((folder) => isIn(path, folder))
      .map((folder) => join('/tmp', relative(folder, path)))
    return [...new Set([path, home, ...temporary])].map((to) => ({ from, to }))
  }

  private socketsOf(one: Performed): Path[] {
    return one.stayed.trace.accesses
      .filter(({ how, what }) => how === 'connect' && isAbsolute(what) && seenAt(what, []) !== null)
      .map(({ how, what }) => ({ path: what, from: what, how }))
  }

  /** Variables that the worker has otherwise: those that the code asked for come first. */
  private variablesOf(one: Performed): string[] {
    const own = this.visitor.environment()
    const other = Object.entries(authorsVariables()).flatMap(([name, value]) => (own[name] === value ? [] : [name]))
    const asked = new Set(one.stayed.trace.accesses.filter(({ how }) => how === 'variable').map(({ what }) => what))
    return other.sort((a, b) => Number(asked.has(b)) - Number(asked.has(a)))
  }

  /** Files of the author's own that the task found. */
  private pathsOf(one: Performed, room: Visited): Path[] {
    const isPrivate = (path: string) => ['home', 'temporary', 'outside'].includes(placeOf(path, this.places))
    const roots = [this.places.home, ...this.places.temporary, ...this.places.hidden]
    const links = new Links(one.below)
    const found = new Map<string, Path>()
    for (const { how, what, own } of one.stayed.trace.accesses) {
      const counts = (own || !room.result) && ['read', 'list', 'look', 'run'].includes(how)
      if (!counts || !isPrivate(what) || roots.includes(what)) continue
      const seen = seenAt(links.follow(what), one.below)
      if (seen?.kind === 'file') found.set(what, { path: what, from: seen.real, how })
      else if (seen?.kind === 'folder' && how === 'list' && seenAt(what, []))
        found.set(what, { path: what, from: what, how })
    }
    return [...found.values()]
  }

  /** Which variables and paths of the groups it takes. */
  private async narrow(asked: Asked, groups: readonly Group[]): Promise<{ given: Given; back: GivenBack }> {
    const { one, room } = asked
    const [allVariables, allPaths] = [this.variablesOf(one), this.pathsOf(one, room)]
    const variables = groups.includes('variables')
      ? await minimal(allVariables, (some) =>
          this.isSame(
            asked,
            this.given(one, { variables: some, paths: groups.includes('paths') ? allPaths : [], groups })
          )
        )
      : []
    const paths = groups.includes('paths')
      ? await minimal(allPaths, (some) => this.isSame(asked, this.given(one, { variables, paths: some, groups })))
      : []
    const back = {
      ...{ variables, paths: paths.flatMap(({ path }) => namedIn(path, allPaths)), unexplained: false },
      ...{ network: groups.includes('network'), host: groups.includes('host'), user: groups.includes('user') },
      layers: groups.includes('layers')
    }
    return { given: this.given(one, { variables, paths, groups }), back }
  }
}

/** A folder was given back as one: the files that it takes are in it. */
function namedIn(path: string, all: readonly Path[]): string[] {
  const inner = all.filter((one) => one.path !== path && one.how === 'read' && isIn(one.path, path))
  return inner.length ? inner.map((one) => one.path) : [path]
}

/** how many are tried by themselves before halves are */
const mostAlone = 8

/** As few as possible of these with which it still works; all of them together do. */
async function minimal<T>(all: readonly T[], works: (some: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  if (all.length <= 1) return all
  for (const one of all.slice(0, mostAlone)) if (await works([one])) return [one]
  let kept = all
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length && kept.length > 1;) {
      const fewer = kept.filter((_, i) => i < from || i >= from + size)
      if (fewer.length && (await works(fewer))) kept = fewer
      else from += size
    }
  }
  return kept
}
