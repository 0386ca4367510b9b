/** Interpreters that are unknown, missing or lack what nodes need. */
import { quoted } from '../../../domain/command.ts'
import { flowpipeRemedy } from '../../../domain/flowpipe-remedy.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import { didYouMean } from '../../../domain/near.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { JobNode } from '../convert.ts'
import { about, listNames, runs, type InterpreterCheck, type PreflightInput } from './input.ts'

/** Unknown or missing interpreters, each once, with the nodes that need it (Q12, Q58). */
export function interpreterProblems({ job, interpreters, checks }: PreflightInput): Problem[] {
  const users = new Map<string, JobNode[]>()
  for (const node of job.nodes.filter(runs)) users.set(node.interpreter, [...(users.get(node.interpreter) ?? []), node])
  return [...users].flatMap(([name, nodes]): Problem[] => {
    const needed = `needed by ${listNames(nodes.map(({ node }) => node.name))}`
    const first = nodes[0] ?? null
    const wanted = first?.wanted ?? name
    const other =
      wanted === 'python'
        ? `leave --map ${quoted(`python=${name}`)} out`
        : `run its nodes with another: --map ${quoted(`${wanted}=python`)}`
    const remedy = `set it with: backlot interpreter set ${quoted(name)} -- PROGRAM {evaluator} {task}; or ${other}`
    if (!interpreters.has(name)) {
      return [
        about(first, {
          severity: 'error',
          code: 'interpreter-unknown',
          message: `there is no interpreter ${shown(name)}${didYouMean(name, interpreters.keys())}, ${needed}`,
          remedy
        })
      ]
    }
    const outcome = checks.get(name)
    if (!outcome) return []
    if (!outcome.ok) {
      return [
        about(first, {
          severity: 'error',
          code: 'interpreter-missing',
          message: `the interpreter ${shown(name)} cannot be started, ${needed}: ${outcome.reason}`,
          remedy
        })
      ]
    }
    const entry = interpreters.get(name)
    const isPython = outcome.check.language === 'python'
    return isPython && entry ? flowpipeProblems(entry, first, needed, outcome.check) : []
  })
}

function flowpipeProblems(
  entry: Interpreter,
  node: JobNode | null,
  needed: string,
  check: InterpreterCheck
): Problem[] {
  const missing = [
    ...(check.flowpipe === null ? ['flowpipe'] : []),
    ...(check.typingExtensions ? [] : ['typing_extensions'])
  ]
  if (missing.length === 0) return []
  const message = `the interpreter ${shown(entry.name)} (${check.executable}) lacks ${missing.join(' and ')}, ${needed}`
  return [about(node, { severity: 'error', code: 'flowpipe-missing', message, remedy: flowpipeRemedy(entry) })]
}

/** `--map` of an interpreter that no node asks for. */
export function mapProblems({ job, map }: PreflightInput): Problem[] {
  const wanted = [...new Set(job.nodes.map((node) => node.wanted))]
  const unused = Object.keys(map).filter((from) => !wanted.includes(from))
  return unused.map((from) =>
    about(null, {
      severity: 'warning',
      code: 'map-unused',
      message: `--map ${from}=${map[from]} changes nothing: no node asks for ${shown(from)}${didYouMean(from, wanted)}`,
      remedy: `nodes of this job ask for ${listNames(wanted)}`
    })
  )
}
