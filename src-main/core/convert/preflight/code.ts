/** Code that a node cannot be made of, as far as its text tells: nothing of it has run. */
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { JobNode } from '../convert.ts'
import { about, moduleKey, runs, type Found, type ModuleFacts, type NameFacts, type PreflightInput } from './input.ts'
import { inputProblems } from './inputs.ts'

/**
 * Errors: the module, the name in it or the way it is made cannot be; warnings: another module is meant than may be thought,
 * an input gets nothing. `fed`: `fedInputs` of the job.
 */
export function codeProblems(
  node: JobNode,
  { checks }: Pick<PreflightInput, 'checks'>,
  fed: ReadonlySet<string>
): Problem[] {
  const outcome = checks.get(node.interpreter)
  const state = outcome?.ok ? outcome.check.modules.get(moduleKey(node)) : undefined
  if (!runs(node) || !outcome?.ok || !state) return []
  if (isWithoutFunction(node)) return [about(node, withoutFunction)]
  if (!state.importable && !state.fileExists) return [about(node, missing(node))]
  if (!state.facts) return []
  const { facts } = state
  const unread = facts.broken.find(({ file }) => file === facts.path)
  if (unread) return [about(node, broken(unread, 'error'))]
  const name = facts.names[node.node.className]
  const found = [
    ...facts.broken.map((one) => broken(one, 'warning')),
    ...(name ? [nameProblem(node, name, facts), loadProblem(node, name, outcome.check.flowpipe)] : []),
    shadowed(node, name, facts)
  ]
  const told = found.filter((one) => one !== null).map((one) => about(node, one))
  return [...told, ...(name ? inputProblems(node, name, fed) : [])]
}

/** flowpipe's own class for functions, in a record that names none. */
const isWithoutFunction = ({ node }: JobNode): boolean =>
  node.kind === 'class' && node.module === 'flowpipe.node' && node.className === 'FunctionNode'

const withoutFunction: Found = {
  severity: 'error',
  code: 'function-missing',
  message: 'it is a FunctionNode, but its record has no func that names the function',
  remedy: 'write the graph again with flowpipe’s to_json'
}

function missing(node: JobNode): Found {
  const { module, fileLocation } = node.node
  return {
    severity: 'error',
    code: 'module-missing',
    message: `its code cannot be found: ${shown(node.interpreter)} has no module ${shown(module)}, and there is no file ${fileLocation || '(none given)'}`,
    remedy: 'put its folder on PYTHONPATH, or run on a machine that has the file'
  }
}

const broken = ({ file, line, message }: ModuleFacts['broken'][number], severity: 'error' | 'warning'): Found => ({
  severity,
  code: 'syntax-error',
  message: `${severity === 'error' ? 'its code' : 'a file that its code imports'} cannot be read: ${file}, line ${line}: ${message}`,
  remedy: 'mend that line'
})

/** The name that flowpipe asks the module for is not there. */
function nameProblem(node: JobNode, name: NameFacts, { path }: ModuleFacts): Found | null {
  const { className, kind } = node.node
  const what = kind === 'class' ? 'class' : 'function'
  const error = { severity: 'error', code: 'code-missing' } as const
  if (name.state === 'lambda')
    return {
      ...error,
      message: 'its function is a lambda, which has no name to find it by',
      remedy: 'write it with def at the top of its module'
    }
  if (name.state === 'absent') {
    const near = name.near === null ? '' : ` (did you mean ${name.near}?)`
    return {
      ...error,
      message: `there is no ${what} ${className} in ${path}${near}`,
      remedy: 'name what the module has, or build the graph again'
    }
  }
  if (name.state === 'unrun')
    return {
      ...error,
      message: `its ${what} ${className} stands under a condition that an import does not meet, such as if __name__ == "__main__" (${path}, line ${name.line})`,
      remedy: 'move it to the top of the module'
    }
  if (name.state === 'inside')
    return {
      ...error,
      message: `its ${what} ${className} is defined inside ${name.owner} (${path}, line ${name.line}), where no import finds it`,
      remedy: 'move it to the top of the module; a decorator keeps the name of its function with functools.wraps'
    }
  return null
}

/** What flowpipe makes of the name cannot be a node that runs. */
function loadProblem(node: JobNode, name: NameFacts, flowpipe: string | null): Found | null {
  const { className, kind } = node.node
  if (name.state === 'class' && kind === 'class') {
    const error = { severity: 'error', code: 'constructor' } as const
    if (name.needs.length > 0)
      return {
        ...error,
        message: `${className}.__init__ needs ${name.needs.join(' and ')}: flowpipe makes the node again with ${className}(graph=None)`,
        remedy: 'give each of them a default, and keep what differs between nodes in inputs or metadata'
      }
    if (!name.takes_graph && /^[1-9]/.test(flowpipe ?? ''))
      return {
        ...error,
        message: `${className}.__init__ takes no graph: flowpipe makes the node again with ${className}(graph=None)`,
        remedy: 'let it take **kwargs and hand them to INode.__init__'
      }
  }
  if (name.state !== 'function') return null
  if (name.later !== null) {
    const what = name.later === 'async' ? 'is an async function' : 'yields'
    return {
      severity: 'error',
      code: 'not-a-dictionary',
      message: `${className} ${what}, and flowpipe takes what it returns as the outputs without waiting for it`,
      remedy: 'let it return the dictionary of its outputs'
    }
  }
  const known = name.inputs?.map((input) => input.name)
  const lost = kind === 'function' && known ? node.node.inputs.filter((plug) => !known.includes(plug.name)) : []
  if (lost.length === 0) return null
  return {
    severity: 'error',
    code: 'input-gone',
    message: `${className} has no input ${lost.map((plug) => shown(plug.name)).join(' and ')} any more; it has ${known?.join(', ') || 'none'}`,
    remedy: 'build the graph again'
  }
}

/** An import gives a module of the same name from another place. */
function shadowed(node: JobNode, name: NameFacts | undefined, { shadowed, standard }: ModuleFacts): Found | null {
  const { module, fileLocation } = node.node
  if (shadowed === null || !(standard || name?.other)) return null
  const whose = standard ? 'Python’s own' : 'another one'
  const runs = name?.other ? 'and that one runs' : 'so code that imports it gets that one'
  return {
    severity: 'warning',
    code: 'module-shadowed',
    message: `its module ${shown(module)} is ${fileLocation}, but an import of that name gives ${whose}, ${shadowed}, ${runs}`,
    remedy: 'rename the file, or put its folder first on PYTHONPATH'
  }
}
