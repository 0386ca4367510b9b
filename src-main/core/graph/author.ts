/**
 * Graphs written in TypeScript: `import { defineNode, Graph, range } from 'backlot'`. The words and the JSON are
 * flowpipe's; what its quirks call wrong is refused by the call that causes it, with an AuthorError that names it.
 * This file is what the package exports: add to it what users of the package may name, and nothing else.
 */
export { isGraph } from './author/brand.ts'
export { defineNode, type CreateNode, type NodeOf, type NodeOptions } from './author/define.ts'
export { Evaluation, EvaluationError } from './author/evaluation.ts'
export { Graph } from './author/graph.ts'
export { Input, InputGroup } from './author/input.ts'
export { Node, type InstanceOptions } from './author/node.ts'
export { Output } from './author/output.ts'
export type { Target } from './author/plug.ts'
export { range } from './author/range.ts'
export { AuthorError } from './author/refusal.ts'
