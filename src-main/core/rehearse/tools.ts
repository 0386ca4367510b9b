/** What a rehearsal needs of the system, and whether it is there: strace, bubblewrap, overlay mounts. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Tool {
  works: boolean
  version: string | null
  /** why it does not work and how to get it; empty: it works */
  why: string
}

export interface MachineTools {
  strace: Tool
  bubblewrap: Tool
  overlay: Tool
  /** how a mount namespace of our own is entered here: as root, or as an ordinary user by way of a user namespace */
  namespace: readonly string[] | null
  /** what measures a process tree's peak memory: perl, or null */
  meter: string | null
}

const install = (name: string) => `apt-get install ${name} (or your system’s package of that name)`

async function versionOf(program: string, ...args: string[]): Promise<Tool> {
  try {
    const { stdout } = await run(program, args, { timeout: 10_000 })
    return { works: true, version: /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? null, why: '' }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? `${program} is not installed: ${install(program === 'bwrap' ? 'bubblewrap' : program)}` : ''
    return { works: false, version: null, why: why || `${program} does not start: ${(error as Error).message}` }
  }
}

/** Tries both ways into a mount namespace with a real overlay in `folder`. */
async function tryOverlay(folder: string): Promise<{ tool: Tool; namespace: readonly string[] | null }> {
  const trial = await mkdtemp(join(folder, 'trial-'))
  const script =
    'cd "$1" && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr,volatile lower && : >lower/x'
  const ways = process.getuid?.() === 0 ? [['-m'], ['-Urm']] : [['-Urm']]
  let said = ''
  try {
    for (const part of ['lower', 'upper', 'work']) await mkdir(join(trial, part))
    for (const way of ways) {
      try {
        await run('unshare', [...way, 'sh', '-c', script, 'trial', trial], { timeout: 10_000 })
        return { tool: { works: true, version: null, why: '' }, namespace: way }
      } catch (error) {
        said = (error as Error).message.split('\n').slice(1).join(' ').trim() || (error as Error).message
      }
    }
  } finally {
    // the overlay's own work folder has no rights; what it holds is gone with the mount
    await run('chmod', ['-R', 'u+rwx', trial]).catch(() => null)
    await rm(trial, { recursive: true, force: true })
  }
  const advice =
    'a container needs --cap-add SYS_ADMIN or --privileged; an ordinary user needs kernel.unprivileged_userns_clone=1'
  return {
    tool: { works: false, version: null, why: `overlay folders cannot be mounted (${said}); ${advice}` },
    namespace: null
  }
}

/** Looks what works here; `folder`: a folder of ours on the disk that layers shall lie on. */
export async function machineTools(folder: string): Promise<MachineTools> {
  const absent = (why: string): Tool => ({ works: false, version: null, why })
  if (process.platform !== 'linux') {
    const why = 'rooms and traces need Linux; here only the job’s own run is looked at'
    return { strace: absent(why), bubblewrap: absent(why), overlay: absent(why), namespace: null, meter: null }
  }
  const [strace, bubblewrap, overlay, perl] = await Promise.all([
    versionOf('strace', '--version'),
    versionOf('bwrap', '--version'),
    tryOverlay(folder),
    versionOf('perl', '-e', 'print "$]"')
  ])
  return {
    ...{ strace: await traces(strace), bubblewrap, overlay: overlay.tool, namespace: overlay.namespace },
    meter: perl.works ? 'perl' : null
  }
}

/** A container may have strace and forbid it. */
async function traces(strace: Tool): Promise<Tool> {
  if (!strace.works) return strace
  try {
    await run('strace', ['-f', '--seccomp-bpf', '-q', '-o', '/dev/null', '-e', 'trace=%file', 'true'], {
      timeout: 10_000
    })
    return strace
  } catch (error) {
    const why = `strace may not trace here (${(error as Error).message.split('\n')[0]}); a container needs --cap-add SYS_PTRACE`
    return { ...strace, works: false, why }
  }
}
