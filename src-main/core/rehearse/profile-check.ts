/** A worker profile held against this machine and against itself. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type WorkerProfile } from '../../domain/worker.ts'
import { isWithin } from '../../domain/paths.ts'
import { ok, type Result } from '../../domain/result.ts'
import { lineFinder, parseProfile, profileFile, type ProfileProblem } from './profile.ts'

export interface CheckedProfile {
  /** absolute */
  path: string
  /** null: something in it is wrong */
  profile: WorkerProfile | null
  problems: ProfileProblem[]
}

/** All that is wrong with a profile or will surprise. Errors (`input`): the file cannot be read. */
export function checkProfile(file: string, env: NodeJS.ProcessEnv): Result<CheckedProfile> {
  const path = resolve(file)
  const text = profileFile(path)
  if (!text.ok) return text
  const { profile, problems } = parseProfile(text.value)
  if (!profile) return ok({ path, profile, problems })
  const line = lineFinder(text.value)
  const found = [...foldersGone(profile), ...overlaps(profile), ...variables(profile, env)]
  return ok({
    path,
    profile,
    problems: found.map(([severity, at, message, remedy]) => ({
      ...{ severity, line: line(at), key: at.join('.'), message, remedy }
    }))
  })
}

type Found = [severity: ProfileProblem['severity'], at: readonly (string | number)[], message: string, remedy: string]

const folderKeys = ['share', 'assets', 'system'] as const

const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch {
    return false // a folder above it may not be entered: as good as not there
  }
}

const foldersGone = (profile: WorkerProfile): Found[] =>
  folderKeys.flatMap((key) =>
    (profile[key] ?? []).flatMap((path, i): Found[] =>
      isFolder(path)
        ? []
        : [['warning', [key, i], `there is no folder ${path} on this machine`, 'mount it, or mend the path']]
    )
  )

function overlaps({ share, assets }: WorkerProfile): Found[] {
  const shares = share ?? []
  const twice = shares.flatMap((path, i): Found[] => {
    const around = shares.find((other, j) => i !== j && isWithin(path, other) && (path !== other || j < i))
    return around === undefined
      ? []
      : [['warning', ['share', i], `${path} lies in the share ${around}`, 'take it out: it is shared already']]
  })
  const published = assets.flatMap((path, i): Found[] => {
    const inside = shares.find((one) => isWithin(one, path))
    if (inside !== undefined)
      return [['error', ['assets', i], `it makes the share ${inside} read-only`, 'name the published folders alone']]
    if (share === null || shares.some((one) => isWithin(path, one))) return []
    return [['warning', ['assets', i], `${path} lies in no share`, 'add it to share, if all machines see it']]
  })
  return [...twice, ...published]
}

const variables = ({ env, pass }: WorkerProfile, here: NodeJS.ProcessEnv): Found[] =>
  pass.flatMap((name, i): Found[] => {
    if (Object.hasOwn(env, name))
      return [['error', ['pass', i], `${name} stands in env, too`, 'keep it there for a value of its own, or here']]
    if (here[name] === undefined)
      return [['info', ['pass', i], `${name} is not set here, so a worker gets none`, 'set it, or take it out']]
    return []
  })
