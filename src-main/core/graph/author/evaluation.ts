/** Graphs evaluated in this process, without a scheduler. */
import { at } from '../../../domain/at.ts'
import { rawObject, type Raw } from '../../../domain/json.ts'
import { toJs } from '../../../domain/json-js.ts'
import { shown } from '../names.ts'
import { orderOf } from '../order.ts'
import { compute, wholeValue, type Returned } from './compute.ts'
import { modelOf } from './model.ts'
import { emptyOutputs } from './record.ts'
import { refuseAuthor } from './refusal.ts'
import type { Evaluation as EvaluationShape, EvaluationMode, Graph, Node, Output } from './shapes.ts'

/** Evaluates the graph and all connected ones; rejects with an EvaluationError once everything that could run has. */
export async function evaluateGraph(graph: Graph, mode: EvaluationMode): Promise<Evaluation> {
  const { nodes, model } = modelOf(graph)
  const { rows, parents } = orderOf(model)
  const evaluation = new Evaluation()
  const done: Promise<void>[] = []
  for (const index of rows.flat()) {
    const node = at(nodes, index)
    const before = parents[index] ?? []
    const ready = Promise.all(before.map((parent) => at(done, parent)))
    const step = ready.then(() =>
      evaluation.step(
        node,
        before.map((parent) => at(nodes, parent))
      )
    )
    done[index] = step
    if (mode === 'linear') await step
  }
  await Promise.all(done)
  if (evaluation.failed.length) throw new EvaluationError(graph.name, nodes.length, evaluation)
  return evaluation
}

/** What came of evaluating graphs in this process. */
export class Evaluation implements EvaluationShape {
  readonly succeeded: Node[] = []
  readonly failed: { node: Node; error: unknown }[] = []
  /** Not evaluated because something upstream failed. */
  readonly blocked: Node[] = []
  readonly omitted: Node[] = []
  private readonly results = new Map<Node, Returned[]>()

  /** The value of an output or of one of its sub-plugs. */
  value(output: Output): unknown {
    if (!this.results.has(output.node)) refuseAuthor(`${output} has no value; its node was not evaluated to the end`)
    return toJs(this.textOf(output))
  }

  /** @internal */
  async step(node: Node, parents: readonly Node[]): Promise<void> {
    if (parents.some((parent) => !this.results.has(parent))) {
      this.blocked.push(node)
    } else if (node.omit) {
      this.results.set(
        node,
        emptyOutputs(node).map((plug) => ({ ...plug, whole: false }))
      )
      this.omitted.push(node)
    } else {
      await this.run(node)
    }
  }

  private async run(node: Node): Promise<void> {
    try {
      const outputs = await compute(node.definition, this.inputsOf(node), emptyOutputs(node), shown(node.name))
      this.results.set(node, outputs)
      this.succeeded.push(node)
    } catch (error) {
      this.failed.push({ node, error })
    }
  }

  private inputsOf(node: Node): Raw {
    const worth = (text: string, literal: Raw) => {
      const edge = node.sources.get(text)
      return edge ? this.textOf(edge.from) : literal
    }
    const plugs = Array.from(node.inputs, ([name, { literal, subs }]) => {
      const parts = Array.from(subs, ([key, value]) => [key, worth(`${name}.${key}`, value)] as const)
      return [name, parts.length ? rawObject(parts) : worth(name, literal)] as const
    })
    return rawObject(plugs)
  }

  private textOf({ node, plug, key }: Output): Raw {
    const output = this.results.get(node)?.find(({ name }) => name === plug)
    if (!output) return 'null'
    return key === null ? wholeValue(output) : (output.subPlugs.find((sub) => sub.key === key)?.value ?? 'null')
  }
}

/** Thrown by `evaluate` when everything that could run has run. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
  readonly evaluation: EvaluationShape

  constructor(graph: string, count: number, evaluation: EvaluationShape) {
    const { failed, blocked } = evaluation
    const reasons = failed.map(({ node, error }) => `${shown(node.name)}: ${String(error)}`).join('; ')
    const rest = blocked.length ? `; not evaluated for it: ${blocked.map((node) => shown(node.name)).join(', ')}` : ''
    super(`${failed.length} of ${count} nodes of ${shown(graph)} failed: ${reasons}${rest}`, {
      cause: failed[0]?.error
    })
    this.evaluation = evaluation
  }
}
