/**
 * The soft end on Windows is Ctrl-Break, which a program hears as it hears SIGTERM elsewhere. It can be sent only by a
 * process that shares its console, and each task has one of its own: a program of a moment goes there and sends it.
 */
import { spawn } from 'node:child_process'
import { koffiPath } from './kernel.ts'

/** What that program does; its exit code is 0 where it was sent. It is handed to another Node as text, so it stands by itself. */
function sendBreak(
  koffi: { load(library: string): { func(line: string): (...args: unknown[]) => unknown } },
  pid: number
) {
  const kernel = koffi.load('kernel32.dll')
  const leave = kernel.func('int __stdcall FreeConsole()')
  const join = kernel.func('int __stdcall AttachConsole(uint32 pid)')
  const send = kernel.func('int __stdcall GenerateConsoleCtrlEvent(uint32 event, uint32 group)')
  leave()
  process.exitCode = join(pid) && send(1, pid) ? 0 : 1
}

/** Asks the group that this process leads to end; false where it cannot be asked, as a program without a console. */
export function softEnd(pid: number): Promise<boolean> {
  const text = `(${sendBreak.toString()})(require(process.argv[1]), Number(process.argv[2]))`
  const child = spawn(process.execPath, ['-e', text, koffiPath(), String(pid)], {
    detached: true,
    windowsHide: true,
    stdio: 'ignore',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  })
  child.unref()
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
