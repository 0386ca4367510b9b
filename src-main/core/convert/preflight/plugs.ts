/** Values and connections of a node's plugs, and nodes that are omitted. */
import { kindOf } from '../../../domain/json.ts'
import type { Problem } from '../../../domain/problems.ts'
import type { Job, JobNode } from '../convert.ts'
import { about } from './input.ts'

const notJson = /\b(NaN|Infinity)\b/

export function plugProblems(node: JobNode, job: Job): Problem[] {
  const problems: Problem[] = []
  if (node.omit) {
    problems.push(
      about(node, {
        severity: 'info',
        code: 'omitted',
        message: 'it is omitted: it runs nothing and passes null on',
        remedy: 'none needed if that is meant'
      })
    )
  }
  for (const plug of [...node.node.inputs, ...node.node.outputs]) {
    for (const { name, value } of [
      { name: plug.name, value: plug.value },
      ...plug.subPlugs.map((s) => ({ name: `${plug.name}.${s.key}`, value: s.value }))
    ]) {
      if (kindOf(value) === 'string' || !notJson.test(value.replace(/"(?:[^"\\]|\\.)*"/g, ''))) continue
      const message = `${name} holds NaN or Infinity, which is not JSON: Python reads it, most farms and other languages do not`
      problems.push(
        about(node, { severity: 'warning', code: 'not-json', message, remedy: 'use null or a text in its place' })
      )
    }
  }
  problems.push(...mixedInputs(node, job))
  return problems
}

/** A connection to a plug that has sub-plugs is recorded, but flowpipe ignores its data (Q45). */
function mixedInputs(node: JobNode, job: Job): Problem[] {
  return node.node.inputs
    .filter(
      (plug) =>
        plug.subPlugs.length &&
        job.graph.edges.some((e) => e.to.node === node.graphNode && e.to.plug === plug.name && e.to.key === null)
    )
    .map((plug) => {
      const message = `input ${plug.name} has a connection and sub-plugs; flowpipe ignores what the connection brings`
      return about(node, {
        severity: 'warning',
        code: 'connection-ignored',
        message,
        remedy: 'connect to a sub-plug, or remove the sub-plugs'
      })
    })
}
