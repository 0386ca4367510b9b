/** The PATH of a desktop app on macOS: what is started from the Dock has only the system's own folders on it. */
import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'

/** around what we ask for: a shell's profile may print whatever it likes */
const mark = '__backlot_path__'

/** The PATH that this user's login shell has; null where it does not say within 5 s. */
export function loginPath(shell: string): string | null {
  const { stdout } = spawnSync(shell, ['-ilc', `printf '%s' "${mark}\${PATH}${mark}"`], {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  return (stdout as string | null)?.split(mark)[1] || null
}

/** Where the app was started from the desktop on macOS, programs are looked for where its user's shell finds them. */
export function takeLoginPath(): void {
  if (process.platform !== 'darwin' || process.env.TERM !== undefined) return
  const shell = process.env.SHELL ?? userInfo().shell ?? '/bin/zsh'
  process.env.PATH = loginPath(shell) ?? process.env.PATH
}
