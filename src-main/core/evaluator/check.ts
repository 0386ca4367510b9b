/** Asks interpreters what they are: version, flowpipe, and which modules they would find. Nothing is imported. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { of } from '../../domain/at.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { lastLines } from '../attempt/read.ts'
import type { Job } from '../convert/convert.ts'
import { moduleKey, type CheckOutcome, type InterpreterCheck } from '../convert/preflight/input.ts'
import { callEvaluator, inScratch, type Evaluators } from './call.ts'
import { readText } from './files.ts'
import { factsShape } from './facts.ts'
import { findProgram } from './find.ts'
import { packagesOf } from './packages.ts'

/** A module that a node needs. */
interface WantedModule {
  key: string
  module: string
  file: string | null
  /** what the nodes take out of it */
  names: string[]
}

interface CheckAnswer {
  language: string
  version: string
  executable: string
  program?: { name: string; version: string | null; path: string | null }
  folders?: string[]
  packages?: Record<string, string>
  flowpipe: string | null
  typing_extensions: boolean
  modules: { importable: boolean; file_exists: boolean; code: string[]; facts?: unknown }[]
}

/** Starts the interpreter and asks for its version, flowpipe, and which modules it would find. Nothing is imported. */
export async function checkInterpreter(
  interpreter: Interpreter,
  evaluators: Evaluators,
  modules: readonly WantedModule[]
): Promise<CheckOutcome> {
  return inScratch(async (folder) => {
    const [request, out] = [join(folder, 'request.json'), join(folder, 'answer.json')]
    writeFileSync(
      request,
      JSON.stringify({ modules: modules.map(({ module, file, names }) => ({ module, file, names })) })
    )
    const called = await callEvaluator(interpreter, evaluators, ['--check', request, out], folder)
    if (!called.ok) return { ok: false, reason: called.error.message }
    const text = readText(out)
    if (!text.ok)
      return {
        ok: false,
        reason: `it started but gave no answer: ${lastLines(join(folder, 'log.txt'), 1)[0] ?? 'nothing was printed'}`
      }
    return { ok: true, check: readAnswer(JSON.parse(text.value) as CheckAnswer, interpreter, modules) }
  })
}

function readAnswer(
  answer: CheckAnswer,
  interpreter: Interpreter,
  modules: readonly { key: string }[]
): InterpreterCheck {
  const states = modules.map(({ key }, i) => {
    const { importable = false, file_exists: fileExists = false, code = [], facts } = answer.modules[i] ?? {}
    return [key, { importable, fileExists, code, facts: factsShape.safeParse(facts).data ?? null }] as const
  })
  const { language, version, executable, flowpipe, folders = [], packages = {} } = answer
  const program = answer.program ?? { name: language, version, path: executable }
  const found = findProgram(interpreter)
  return {
    language,
    version,
    executable,
    // a program that does not know its own path was found at this one
    program: { ...program, path: program.path ?? (found.ok ? found.value : null) },
    folders,
    packages: packagesOf(packages, process.env),
    flowpipe,
    typingExtensions: answer.typing_extensions,
    modules: new Map(states)
  }
}

/** Checks every interpreter that a job uses, each once. */
export async function checkJob(
  job: Job,
  interpreters: ReadonlyMap<string, Interpreter>,
  evaluators: Evaluators
): Promise<Map<string, CheckOutcome>> {
  const wanted = new Map<string, Map<string, WantedModule>>()
  for (const node of job.nodes) {
    const interpreter = interpreters.get(node.interpreter)
    // a plain command evaluates nothing: there is nothing to ask for modules
    if (node.omit || !interpreter || interpreter.evaluator === 'none') continue
    const modules = wanted.get(node.interpreter) ?? new Map<string, WantedModule>()
    const key = moduleKey(node)
    const { module, fileLocation: file, className } = node.node
    const known = modules.get(key) ?? { key, module, file, names: [] }
    if (!known.names.includes(className)) known.names.push(className)
    wanted.set(node.interpreter, modules.set(key, known))
  }
  const outcomes = await Promise.all(
    [...wanted].map(async ([name, modules]) => {
      const interpreter = of(interpreters, name)
      return [name, await checkInterpreter(interpreter, evaluators, [...modules.values()])] as const
    })
  )
  return new Map(outcomes)
}
