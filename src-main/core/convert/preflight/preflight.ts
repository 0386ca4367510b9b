/** What is wrong, or will surprise, before anything runs: each cause once, with its nodes, the reason and the remedy. */
import { worstFirst, type Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { Job } from '../convert.ts'
import { graphProblems } from '../graph-problems.ts'
import { codeProblems } from './code.ts'
import { absentProblems, frameProblems, linkProblems } from './frames.ts'
import { about, type PreflightInput } from './input.ts'
import { fedInputs, setProblems } from './inputs.ts'
import { interpreterProblems, mapProblems } from './interpreters.ts'
import { otherToolProblems } from './other-tools.ts'
import { metadataProblems } from './metadata.ts'
import { nameProblems } from './names.ts'
import { pathProblems } from './paths.ts'
import { plugProblems } from './plugs.ts'

/** Problems in order of severity, then of the job's nodes. */
export function preflight(input: PreflightInput): Problem[] {
  const { job } = input
  const fed = fedInputs(job)
  const found = [
    ...(job.nodes.length === 0 ? [emptyGraph(job)] : []),
    ...interpreterProblems(input),
    ...mapProblems(input),
    ...absentProblems(input),
    ...setProblems(job),
    ...job.nodes.flatMap((node) => [
      ...codeProblems(node, input, fed),
      ...frameProblems(node),
      ...plugProblems(node, job),
      ...metadataProblems(node),
      ...otherToolProblems(node)
    ]),
    ...graphProblems(job),
    ...linkProblems(job),
    ...nameProblems(job),
    ...pathProblems(input)
  ]
  return worstFirst(oncePerCause(found))
}

/** There is nothing to run, so no job is made of it. */
export const emptyGraph = ({ name }: Pick<Job, 'name'>): Problem =>
  about(null, {
    severity: 'error',
    code: 'empty-graph',
    message: `the graph ${shown(name)} has no nodes, so there is nothing to run`,
    remedy: 'add nodes to it, or choose the graph that has them'
  })

/** What is said in the same words of several nodes is said once, of all of them. */
function oncePerCause(problems: readonly Problem[]): Problem[] {
  const causes = Map.groupBy(problems, ({ severity, code, message, remedy, node }, i) =>
    node === null ? String(i) : JSON.stringify([severity, code, message, remedy])
  )
  return [...causes.values()].flatMap(([first, ...more]) => {
    const others = more.flatMap(({ node, name }) => (node === null || name === null ? [] : [{ node, name }]))
    return first ? [others.length ? { ...first, others } : first] : []
  })
}
