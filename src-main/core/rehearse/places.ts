/**
 * Which folders are shared, the author's own, or the system's. Shared ones are layered in every room; the author's own are
 * layered for the author and empty for a worker; the system's are the same for both.
 */
import { isWithinAny, systemFolders, type WorkerProfile } from '../../domain/worker.ts'
import { isWithin } from '../../domain/paths.ts'

/** What is known of this machine; all paths absolute and without links. */
export interface MachineFacts {
  home: string
  /** the folder for temporary files that the author's environment names */
  temporary: string
  /** the entries of `/` */
  top: readonly string[]
  /** mount points of ordinary file systems, `/` left out */
  mounts: readonly string[]
  /** mount points of other file systems (proc, sysfs, …) */
  special: readonly string[]
  /** Backlot's own data folder */
  dataDir: string
  /** where layers lie */
  scratch: string
  /** sockets that processes listen on, by their paths */
  sockets: readonly string[]
  /** folders of programs and libraries that the interpreters named */
  programs: readonly string[]
}

export type RootKind = 'share' | 'home' | 'temporary'

export interface Root {
  path: string
  kind: RootKind
}

export interface Places {
  /** layered folders; a folder comes before those below it */
  roots: Root[]
  /** hidden from a worker, beside home and temporary folders */
  hidden: string[]
  /** beside the system's own folders: what every worker has installed */
  system: string[]
  /** those of them that lie in a hidden folder, and have to be shown to a worker */
  shown: string[]
  assets: string[]
  /** sockets in layered folders, which cannot be reached through a layer: the author's rooms get them as they are */
  sockets: string[]
  home: string
  temporary: string[]
}

const homesTops = ['/home', '/root']
const temporaryTops = ['/tmp', '/var/tmp']

export const isIn = isWithin

const sharedMemory = '/dev/shm'

/** Files that processes of one machine share; each room of a worker has its own. */
export const isSharedMemory = (path: string): boolean => path !== sharedMemory && isIn(path, sharedMemory)

export const isInAny = isWithinAny

/** Those that lie in no other of them, each once. */
const outermost = (folders: readonly string[]): string[] =>
  [...new Set(folders)].filter((one, _, all) => !all.some((other) => other !== one && isIn(one, other)))

const parentsFirst = (roots: Root[]): Root[] => roots.sort((a, b) => a.path.length - b.path.length)

/** Where a Backlot that runs jobs is told what to do (control/holder.ts): it comes and goes, and no task needs it. */
const isBacklots = (path: string): boolean => /\/(?:scheduler\.sock|backlot-(?:run|warm)-[^/]+\/[^/]+)$/.test(path)

/** The folders of a profile, or of a machine of which only home and temporary folders are known to be the author's own. */
export function placesOf(facts: MachineFacts, profile: WorkerProfile): Places {
  const { home, temporary, top, scratch, dataDir } = facts
  const temporaries = [...new Set([temporary, ...temporaryTops])]
  const isPrivate = (path: string) => path === home || temporaries.includes(path) || homesTops.includes(path)
  const others = top.filter((path) => !systemFolders.includes(path) && !isPrivate(path))
  const overlaps = (path: string) => isIn(scratch, path) || isIn(path, scratch)
  const share = profile.share
    ? outermost([...profile.share, ...profile.assets])
    : [...others, ...facts.mounts.filter((path) => !isInAny(path, [...systemFolders, dataDir, ...temporaries]))]
  const roots: Root[] = share.filter((path) => !overlaps(path)).map((path) => ({ path, kind: 'share' }))
  const shared = (path: string) => roots.some((root) => root.path === path && root.kind === 'share')
  if (!overlaps(home) && !shared(home)) roots.push({ path: home, kind: 'home' })
  for (const path of temporaries)
    if (!overlaps(path) && !shared(path) && path !== home) roots.push({ path, kind: 'temporary' })
  const hidden = [...homesTops.filter((path) => top.includes(path)), ...(profile.share ? others : []), dataDir].filter(
    (path) => !shared(path) && path !== home
  )
  const system = [...new Set([...facts.programs, ...profile.system])]
  const dark = [...hidden, home, ...temporaries].filter((path) => !shared(path))
  // what lies in a share is seen through its layers
  const isDark = (path: string) => {
    const above = [...dark, ...share].filter((folder) => isIn(path, folder))
    const inner = above.reduce((best, folder) => (folder.length > best.length ? folder : best), '')
    return dark.includes(inner)
  }
  return {
    ...{ roots: parentsFirst(roots), hidden, system, shown: system.filter(isDark) },
    assets: profile.assets,
    sockets: facts.sockets.filter((path) => !isBacklots(path) && roots.some((root) => isIn(path, root.path))),
    home,
    temporary: temporaries
  }
}

/** Where a path lies. */
export type Place = 'share' | 'home' | 'temporary' | 'system' | 'outside'

type Named = readonly (readonly [folder: string, place: Place])[]
const namedKept = new WeakMap<Places, Named>()

/** The innermost folder decides: a share in a home folder is shared, a program in it is the system's. */
export function placeOf(path: string, places: Places): Place {
  const named = namedKept.get(places) ?? namedFolders(places)
  namedKept.set(places, named)
  let best: Named[number] = ['', 'outside']
  for (const one of named) if (isIn(path, one[0]) && one[0].length > best[0].length) best = one
  return best[1]
}

function namedFolders({ roots, hidden, system, home, temporary }: Places): Named {
  return [
    ...system.map((folder): [string, Place] => [folder, 'system']),
    // what a profile shares is shared, be it a home or temporary folder otherwise
    ...roots.map(({ path: folder, kind }): [string, Place] => [folder, kind]),
    ...[...temporary, sharedMemory].map((folder): [string, Place] => [folder, 'temporary']),
    ...homesTops.map((folder): [string, Place] => [folder, 'home']),
    [home, 'home'],
    ...hidden.filter((folder) => !homesTops.includes(folder)).map((folder): [string, Place] => [folder, 'outside']),
    ...systemFolders.map((folder): [string, Place] => [folder, 'system']),
    ['/var', 'system']
  ]
}
