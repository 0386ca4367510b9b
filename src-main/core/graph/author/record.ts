/** A node as flowpipe's record. */
import { rawArray, rawObject, rawText, type Raw } from '../../../domain/json.ts'
import { plugText, type GraphNode, type Plug } from '../model.ts'
import { moduleOf } from './definition.ts'
import type { Node } from './shapes.ts'

export function recordOf(node: Node, graph: number): GraphNode {
  const { definition, identifier, name, omit } = node
  const module = moduleOf(definition.file)
  return {
    ...{ identifier, name, graph, kind: 'function', className: definition.name, module, omit },
    fileLocation: definition.file,
    inputs: Array.from(node.inputs, ([plug, { literal, subs }]) => ({
      name: plug,
      value: subs.size || node.sources.has(plug) ? 'null' : literal,
      subPlugs: Array.from(subs, ([key, value]) => ({
        key,
        value: node.sources.has(`${plug}.${key}`) ? 'null' : value
      }))
    })),
    outputs: emptyOutputs(node),
    metadata: node.metadataText,
    get record(): Raw {
      return rawRecord(node, this)
    }
  }
}

export const emptyOutputs = (node: Node): Plug[] =>
  Array.from(node.outputs, ([name, { keys }]) => ({
    name,
    value: 'null',
    subPlugs: Array.from(keys, (key) => ({ key, value: 'null' }))
  }))

/** The record's members in flowpipe's order. */
function rawRecord(node: Node, { inputs, outputs, fileLocation, module, className, metadata }: GraphNode): Raw {
  const targets = targetsOf(node)
  const sources = (text: string): Raw => {
    const edge = node.sources.get(text)
    return edge ? rawObject([[edge.from.node.identifier, rawText(plugText(edge.from))]]) : '{}'
  }
  return rawObject([
    ['file_location', rawText(fileLocation ?? '')],
    ['module', rawText('backlot')],
    ['cls', rawText('FunctionNode')],
    ['name', rawText(node.name)],
    ['identifier', rawText(node.identifier)],
    ['inputs', rawPlugs(inputs, sources)],
    ['outputs', rawPlugs(outputs, (text) => rawTargets(targets.get(text)))],
    ['metadata', metadata],
    [
      'func',
      rawObject([
        ['module', rawText(module)],
        ['name', rawText(className)]
      ])
    ]
  ])
}

function rawPlugs(plugs: readonly Plug[], connections: (text: string) => Raw): Raw {
  const plug = (name: string, value: Raw): [string, Raw][] => [
    ['name', rawText(name)],
    ['value', value],
    ['connections', connections(name)]
  ]
  return rawObject(
    plugs.map(({ name, value, subPlugs }) => {
      const subs = subPlugs.map((sub) => [sub.key, rawObject(plug(`${name}.${sub.key}`, sub.value))] as const)
      return [name, rawObject([...plug(name, value), ['sub_plugs', rawObject(subs)]])] as const
    })
  )
}

/** Per output, as `plug` or `plug.key`: the inputs it feeds by their node's identifier. */
function targetsOf(node: Node): Map<string, Map<string, string[]>> {
  const targets = new Map<string, Map<string, string[]>>()
  for (const { from, to } of node.targets) {
    const byNode = targets.get(plugText(from)) ?? new Map<string, string[]>()
    byNode.set(to.node.identifier, [...(byNode.get(to.node.identifier) ?? []), plugText(to)])
    targets.set(plugText(from), byNode)
  }
  return targets
}

const rawTargets = (byNode: Map<string, string[]> | undefined): Raw =>
  rawObject(Array.from(byNode ?? [], ([node, plugs]) => [node, rawArray(plugs.map(rawText))] as const))
