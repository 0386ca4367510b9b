/**
 * What Backlot asks of Windows itself, through koffi: Node can neither put a process into a job object nor give it a
 * console of its own (docs/adr/0025). Handles are numbers; structures are written into buffers at the offsets that 64-bit
 * Windows has them at.
 */
import { createRequire } from 'node:module'

export type Handle = number

/**
 * koffi's binary for this machine, the only part of it that is needed: a package without scripts that npm brings on
 * Windows alone.
 */
const library = (): string => `@koromix/koffi-win32-${process.arch}`

/** As much of koffi as is used here. */
interface Koffi {
  load(library: string): { func(convention: '__stdcall', name: string, result: string, parameters: string[]): unknown }
}

export interface Kernel {
  AssignProcessToJobObject: (job: Handle, process: Handle) => number
  CloseHandle: (handle: Handle) => number
  CreateFileW: (
    ...args: [path: string, access: number, share: number, security: Buffer, how: number, flags: number, like: Handle]
  ) => Handle
  CreateJobObjectW: (security: null, name: string) => Handle
  CreateProcessW: (
    ...args: [
      program: string,
      line: Buffer,
      process: null,
      thread: null,
      inherits: number,
      flags: number,
      environment: Buffer,
      folder: string,
      startup: Buffer,
      made: Buffer
    ]
  ) => number
  DuplicateHandle: (
    ...args: [from: Handle, handle: Handle, to: Handle, made: Buffer, access: number, inherits: number, options: number]
  ) => number
  GetCurrentProcess: () => Handle
  GetExitCodeProcess: (process: Handle, code: Buffer) => number
  GetLastError: () => number
  GetProcessTimes: (...args: [process: Handle, created: Buffer, exited: Buffer, kernel: Buffer, user: Buffer]) => number
  K32GetProcessMemoryInfo: (process: Handle, counters: Buffer, size: number) => number
  OpenJobObjectW: (access: number, inherits: number, name: string) => Handle
  OpenProcess: (access: number, inherits: number, pid: number) => Handle
  QueryFullProcessImageNameW: (process: Handle, flags: number, name: Buffer, size: Buffer) => number
  QueryInformationJobObject: (...args: [job: Handle, what: number, into: Buffer, size: number, length: null]) => number
  ResumeThread: (thread: Handle) => number
  SetInformationJobObject: (job: Handle, what: number, from: Buffer, size: number) => number
  TerminateJobObject: (job: Handle, code: number) => number
  TerminateProcess: (process: Handle, code: number) => number
  WaitForSingleObject: (handle: Handle, ms: number) => number
}

/** Each function's result, then its parameters. */
const signatures: Record<keyof Kernel, [result: string, ...parameters: string[]]> = {
  AssignProcessToJobObject: ['int', 'intptr_t', 'intptr_t'],
  CloseHandle: ['int', 'intptr_t'],
  CreateFileW: ['intptr_t', 'str16', 'uint32', 'uint32', 'void *', 'uint32', 'uint32', 'intptr_t'],
  CreateJobObjectW: ['intptr_t', 'void *', 'str16'],
  CreateProcessW: [
    ...['int', 'str16', 'void *', 'void *', 'void *', 'int', 'uint32'],
    ...['void *', 'str16', 'void *', 'void *']
  ] as [string, ...string[]],
  DuplicateHandle: ['int', 'intptr_t', 'intptr_t', 'intptr_t', 'void *', 'uint32', 'int', 'uint32'],
  GetCurrentProcess: ['intptr_t'],
  GetExitCodeProcess: ['int', 'intptr_t', 'void *'],
  GetLastError: ['uint32'],
  GetProcessTimes: ['int', 'intptr_t', 'void *', 'void *', 'void *', 'void *'],
  K32GetProcessMemoryInfo: ['int', 'intptr_t', 'void *', 'uint32'],
  OpenJobObjectW: ['intptr_t', 'uint32', 'int', 'str16'],
  OpenProcess: ['intptr_t', 'uint32', 'int', 'uint32'],
  QueryFullProcessImageNameW: ['int', 'intptr_t', 'uint32', 'void *', 'void *'],
  QueryInformationJobObject: ['int', 'intptr_t', 'int', 'void *', 'uint32', 'void *'],
  ResumeThread: ['uint32', 'intptr_t'],
  SetInformationJobObject: ['int', 'intptr_t', 'int', 'void *', 'uint32'],
  TerminateJobObject: ['int', 'intptr_t', 'uint32'],
  TerminateProcess: ['int', 'intptr_t', 'uint32'],
  WaitForSingleObject: ['uint32', 'intptr_t', 'uint32']
}

let loaded: Kernel | undefined

/** Windows' functions. Throws where koffi is not installed whole. */
export function kernel(): Kernel {
  return (loaded ??= load())
}

/** The file of koffi, for a program of ours that loads it by itself. */
export const koffiPath = (): string => createRequire(import.meta.url).resolve(library())

function load(): Kernel {
  const koffi = createRequire(import.meta.url)(library()) as Koffi
  const dll = koffi.load('kernel32.dll')
  const entries = Object.entries(signatures).map(([name, [result, ...parameters]]) => [
    name,
    dll.func('__stdcall', name, result, parameters)
  ])
  return Object.fromEntries(entries) as Kernel
}

/** What Windows refused, with its number: 5 is "access denied". */
export class Refused extends Error {
  readonly code: string
  readonly number: number

  constructor(what: string, number: number) {
    super(`Windows refuses to ${what}: error ${number}${words[number] ? ` (${words[number]})` : ''}`)
    this.number = number
    this.code = codes[number] ?? 'EUNKNOWN'
  }
}

const codes: Readonly<Record<number, string>> = {
  ...{ 2: 'ENOENT', 3: 'ENOENT', 5: 'EACCES', 8: 'ENOMEM', 32: 'EBUSY', 87: 'EINVAL', 112: 'ENOSPC' },
  ...{ 193: 'ENOEXEC', 206: 'ENAMETOOLONG', 267: 'ENOENT', 740: 'EACCES' }
}
const words: Readonly<Record<number, string>> = {
  2: 'there is no such file',
  5: 'access is denied',
  87: 'an argument is not valid',
  112: 'the disk is full',
  193: 'it is no program for this Windows',
  206: 'the command is too long',
  267: 'its folder is not there',
  740: 'it asks for an administrator'
}

/** Of what was just called. */
export const refused = (what: string): Refused => new Refused(what, kernel().GetLastError())

/** Does something with an open process; null where there is none, or we may not. */
export function withProcess<T>(pid: number, access: number, work: (process: Handle) => T): T | null {
  const handle = kernel().OpenProcess(access, 0, pid)
  if (!handle) return null
  try {
    return work(handle)
  } finally {
    kernel().CloseHandle(handle)
  }
}

/** Rights to a process: to ask about it, to wait for its end, to end it. */
export const access = { ask: 0x1000, wait: 0x100000, end: 1, everything: 0x1f0fff } as const

/** Whether a process has ended. */
export const hasEnded = (process: Handle): boolean => kernel().WaitForSingleObject(process, 0) === 0
