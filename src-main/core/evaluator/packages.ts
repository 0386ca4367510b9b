/**
 * What a package manager that wraps an interpreter resolved for it. rez says so in the environment of what it starts: the
 * root of each package, the repositories that it looked in, its own configuration (docs: "Environment Variables").
 */
import { delimiter, dirname, isAbsolute } from 'node:path'

export interface Packages {
  /** of packages, their repositories and configurations: what is resolved anew elsewhere needs them all */
  folders: string[]
  /** variables of the caller that say where it looks; they are the wrapper's, as PATH is a command's */
  variables: string[]
}

/** `inside`: the package manager's variables as the wrapped interpreter has them; `outside`: the caller's environment. */
export function packagesOf(
  inside: Readonly<Record<string, string>>,
  outside: Readonly<Record<string, string | undefined>>
): Packages {
  const folders = Object.entries(inside).flatMap(([name, value]) => {
    if (/^REZ_\w+_ROOT$/.test(name)) return [value]
    if (name === 'REZ_USED_PACKAGES_PATH') return value.split(delimiter)
    return name === 'REZ_CONFIG_FILE' ? value.split(delimiter).map((file) => dirname(file)) : []
  })
  const isRez = Object.hasOwn(inside, 'REZ_USED_PACKAGES_PATH')
  const variables = isRez ? Object.keys(outside).filter((name) => name.startsWith('REZ_')) : []
  return { folders: [...new Set(folders.filter(isAbsolute))], variables }
}
