/** Calls about this machine: interpreters, versions, space. */
import { existsSync, statfsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Context } from './context.ts'
import { flowpipeRemedy } from '../domain/flowpipe-remedy.ts'
import {
  encoderRefusal,
  shippedEntry,
  shippedInterpreters,
  startRefusal,
  type Interpreter
} from '../domain/interpreter.ts'
import type { CheckOutcome } from '../core/convert/preflight/input.ts'
import { didYouMean } from '../domain/near.ts'
import { fail, ok } from '../domain/result.ts'
import { checkInterpreter } from '../core/evaluator/check.ts'
import { findProgram } from '../core/evaluator/find.ts'
import { forbidden, settingHere } from '../core/rehearse/kernel.ts'
import { makeScratch } from '../core/rehearse/scratch.ts'
import { machineTools, type MachineTools } from '../core/rehearse/tools.ts'
import { isSound } from '../core/store/db.ts'
import { listJobs } from '../core/store/views.ts'
import { versionOf } from '../paths.ts'
import { noInterpreter } from './find.ts'
import { handler } from './handler.ts'

export const machineCalls = {
  'interpreter.list': handler<'interpreter.list'>()((context) => ok(context.store.interpreters())),

  'interpreter.set': handler<'interpreter.set'>()((context, entry) => {
    const refusal = startRefusal(entry) ?? encoderRefusal(entry)
    if (refusal !== null) return fail('usage', refusal)
    context.store.setInterpreter(entry)
    return ok(entry)
  }),

  'interpreter.remove': handler<'interpreter.remove'>()((context, { name }) =>
    context.store.removeInterpreter(name) ? ok(null) : noInterpreter(context, name)
  ),

  'interpreter.reset': handler<'interpreter.reset'>()((context, { name }) => {
    const entry = shippedEntry(name)
    const names = shippedInterpreters.map((one) => one.name)
    const meant = didYouMean(name, names)
    if (!entry)
      return fail('usage', `${JSON.stringify(name)}${meant} does not come with Backlot; these do: ${names.join(', ')}`)
    context.store.setInterpreter(entry)
    return ok(entry)
  }),

  'interpreter.check': handler<'interpreter.check'>()(async (context, { name }) => {
    const wanted = context.store.interpreters().filter((entry) => name === undefined || entry.name === name)
    if (name !== undefined && wanted.length === 0) return noInterpreter(context, name)
    return ok(await checkAll(context, wanted))
  }),

  'runner.show': handler<'runner.show'>()((context) => ok(context.runner())),

  examples: handler<'examples'>()((context) =>
    ok(['rendering', 'vfx_rendering'].map((name) => ({ name, path: join(context.root, 'examples', name, 'graph.ts') })))
  ),

  'machine.show': handler<'machine.show'>()((context) => ok(machineOf(context))),

  'interpreter.find': handler<'interpreter.find'>()((context) => ok(context.store.interpreters().map(placeOf))),

  doctor: handler<'doctor'>()(async (context) => {
    return ok({
      ...machineOf(context),
      /** every page and every reference of the store was looked at */
      sound: isSound(context.store.raw.name),
      evaluators: Object.fromEntries(
        Object.entries(context.evaluators).map(([kind, path]) => [kind, { path, found: existsSync(path) }])
      ),
      interpreters: await checkAll(context, context.store.interpreters()),
      /** what rooms and traces of a rehearsal need */
      rehearsal: await rehearsalTools(context.dataDir)
    })
  })
}

/** What costs nothing to know. */
function machineOf(context: Context) {
  const { bavail, bsize } = statfsSync(context.dataDir)
  return {
    backlot: versionOf(context.root),
    node: process.version,
    sqlite: (context.store.raw.prepare('select sqlite_version() as v').get() as { v: string }).v,
    platform: `${process.platform} ${process.arch}`,
    dataDir: context.dataDir,
    freeBytes: bavail * bsize,
    jobs: listJobs(context.store.db).length
  }
}

/** Whether its program is there. */
function placeOf(entry: Interpreter) {
  const found = findProgram(entry)
  return { name: entry.name, path: found.ok ? found.value : null, reason: found.ok ? null : found.error.message }
}

/** Tried as a rehearsal would, in the folder that its layers would lie in. */
async function rehearsalTools(dataDir: string) {
  const tried: MachineTools[] = []
  const scratch = await makeScratch(dataDir, async (folder) => {
    const tools = await machineTools(folder)
    tried.push(tools)
    return tools.overlay.works
  })
  await scratch?.remove()
  const { strace, bubblewrap, overlay } = tried.at(-1) ?? (await machineTools(dataDir))
  return { strace, bubblewrap, overlay, forbidden: forbidden(settingHere, process.getuid?.() === 0) }
}

async function checkAll(context: Context, wanted: readonly Interpreter[]) {
  const asked = wanted.map(async (entry) => ({
    name: entry.name,
    ...(entry.evaluator === 'none'
      ? plainCommand(entry)
      : evaluatorCheck(entry, await checkInterpreter(entry, context.evaluators, [])))
  }))
  return Promise.all(asked)
}

/** A plain command is what a user wants done: nothing of it runs to have a look, so that its program is there is enough. */
function plainCommand(entry: Interpreter) {
  const found = findProgram(entry)
  if (!found.ok) return { found: false as const, reason: found.error.message }
  const program = { name: basename(found.value), version: null, path: found.value }
  const nothing = { version: '', flowpipe: null, typingExtensions: false, remedy: null }
  return { found: true as const, language: 'none', executable: found.value, program, ...nothing }
}

function evaluatorCheck(entry: Interpreter, outcome: CheckOutcome) {
  if (!outcome.ok) return { found: false as const, reason: outcome.reason }
  const { language, version, executable, program, flowpipe, typingExtensions } = outcome.check
  const lacks = language === 'python' && (flowpipe === null || !typingExtensions)
  const remedy = lacks ? flowpipeRemedy(entry) : null
  return { found: true as const, language, version, executable, program, flowpipe, typingExtensions, remedy }
}
