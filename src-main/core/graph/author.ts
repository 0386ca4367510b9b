/**
 * Graphs written in TypeScript: `import { defineNode, Graph, range } from 'backlot'`. The words and the JSON are
 * flowpipe's; what its quirks call wrong is refused by the call that causes it, with an AuthorError that names it.
 * This file is what the package exports: add to it what users of the package may name, and nothing else.
 */
import { Evaluation as EvaluationObject } from './author/evaluation.ts'
import { Graph as GraphObject } from './author/graph.ts'
import { Input as InputObject, InputGroup as InputGroupObject } from './author/input.ts'
import { Node as NodeObject } from './author/node.ts'
import { Output as OutputObject } from './author/output.ts'
import type * as shapes from './author/shapes.ts'

export { isGraph } from './author/brand.ts'
export { defineNode, type CreateNode, type NodeOf, type NodeOptions } from './author/define.ts'
export { EvaluationError } from './author/evaluation.ts'
export type { Metadata } from './author/metadata.ts'
export type { InstanceOptions } from './author/node.ts'
export { range } from './author/range.ts'
export { AuthorError } from './author/refusal.ts'
export type { Target } from './author/shapes.ts'
export type { FrameRange } from './author/values.ts'

/** Made by Backlot alone: for `instanceof`. */
type MadeByUs<T> = abstract new (...args: never) => T

export type Graph = shapes.Graph
export const Graph: new (name: string) => Graph = GraphObject
export type Node = shapes.Node
export const Node: MadeByUs<Node> = NodeObject
export type Input<T = unknown> = shapes.Input<T>
export const Input: MadeByUs<Input> = InputObject
export type InputGroup<T = unknown> = shapes.InputGroup<T>
export const InputGroup: MadeByUs<InputGroup> = InputGroupObject
export type Output<T = unknown> = shapes.Output<T>
export const Output: MadeByUs<Output> = OutputObject
export type Evaluation = shapes.Evaluation
export const Evaluation: MadeByUs<Evaluation> = EvaluationObject
