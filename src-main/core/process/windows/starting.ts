/**
 * Starts a process on Windows. It is made suspended, put into its job, written down, and let go only then: whoever dies in
 * between takes it along, and what runs stands in its pid file. It has a console of its own without a window.
 */
import { ok, type Result } from '../../../domain/result.ts'
import { writePid } from '../pid-file.ts'
import type { Command } from '../process.ts'
import type { Identity } from '../system.ts'
import { environmentBlock, environmentOf, lineOf } from './command-line.ts'
import { startOfHandle } from './facts.ts'
import { newJob, type Job } from './job.ts'
import { kernel, Refused, refused, type Handle } from './kernel.ts'

export interface Started extends Identity {
  process: Handle
  job: Job
}

const flags = { suspended: 4, group: 0x200, unicode: 0x400, noWindow: 0x08000000 } as const
const everyFlag = flags.suspended | flags.group | flags.unicode | flags.noWindow

/** A process, or why there is none, in words. Errors as `Refused`: Windows' own, and ENOENT for a program that is not there. */
export function startProcess(command: Command): Result<Started> {
  const env = environmentOf(command.env)
  const looked = lineOf(command.argv, env, command.cwd)
  if (!looked.ok) return looked
  const found = looked.value
  if (found === null) throw new Refused(`find ${command.argv[0] ?? ''}`, 2)
  const files = [openNothing(), openLog(command.log)] as const
  const made = Buffer.alloc(24)
  const line = Buffer.from(`${found.line}\0`, 'utf16le')
  const startup = startupWith(...files)
  const { CreateProcessW, CloseHandle } = kernel()
  const isMade = CreateProcessW(
    ...([found.program, line, null, null, 1, everyFlag, environmentBlock(env), command.cwd, startup, made] as const)
  )
  const failure = isMade ? null : refused(`start ${command.argv[0] ?? ''}`)
  for (const file of files) CloseHandle(file)
  if (failure) throw failure
  const parts = {
    process: Number(made.readBigUInt64LE(0)),
    thread: Number(made.readBigUInt64LE(8)),
    pid: made.readUInt32LE(16)
  }
  return ok(letGo(command, parts))
}

function letGo(command: Command, { process, thread, pid }: { process: Handle; thread: Handle; pid: number }): Started {
  const { ResumeThread, CloseHandle, TerminateProcess } = kernel()
  try {
    const identity = { pid, startedAt: startOfHandle(process) }
    const job = newJob(identity)
    job.add(process)
    if (command.pid !== null) writePid(command.pid, identity)
    ResumeThread(thread)
    job.release(process)
    return { ...identity, process, job }
  } catch (error) {
    TerminateProcess(process, 1)
    CloseHandle(process)
    throw error
  } finally {
    CloseHandle(thread)
  }
}

/** size of STARTUPINFOW */
const startupBytes = 104
const usesShow = 1
const usesHandles = 0x100

function startupWith(input: Handle, output: Handle): Buffer {
  const startup = Buffer.alloc(startupBytes)
  startup.writeUInt32LE(startupBytes, 0)
  startup.writeUInt32LE(usesShow | usesHandles, 60)
  for (const [at, handle] of [
    [80, input],
    [88, output],
    [96, output]
  ] as const)
    startup.writeBigInt64LE(BigInt(handle), at)
  return startup
}

const share = { all: 7 } as const
const opening = { existing: 3, always: 4 } as const
const [read, append, synchronize] = [0x80000000, 4, 0x100000]
const invalid = -1

/** Each write lands behind what is there, whoever writes; others may read, rename and remove it meanwhile. */
const openLog = (path: string): Handle => openInherited(path, append | synchronize, opening.always)

const openNothing = (): Handle => openInherited('NUL', read, opening.existing)

function openInherited(path: string, rights: number, how: number): Handle {
  const security = Buffer.alloc(24)
  security.writeUInt32LE(24, 0)
  security.writeUInt32LE(1, 16)
  const handle = kernel().CreateFileW(path, rights, share.all, security, how, 0x80, 0)
  if (handle === invalid) throw refused(`open ${path}`)
  return handle
}
