import { realpathSync } from 'node:fs'
import * as modules from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isGraph, type Graph } from '../core/graph/author.ts'
import { Failure } from './failure.ts'
import { writeFile } from './file.ts'

/**
 * The text of the graph that a file builds: its default export, its `graph`, or its only exported Graph. Which files were
 * read for it is written beside the answer (`OUT.files`).
 */
export async function graphText(file: string, out: string): Promise<string> {
  const read = new Set<string>()
  modules.registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) read.add(fileURLToPath(url))
      return next(url, context)
    }
  })
  const text = await textOf(file)
  writeFile(`${out}.files`, JSON.stringify([...read]))
  return text
}

async function textOf(file: string): Promise<string> {
  const exported = (await import(pathToFileURL(realpathSync(file)).href)) as Record<string, unknown>
  for (const chosen of [exported.default, exported.graph]) {
    const value: unknown = typeof chosen === 'function' ? await (chosen as () => unknown)() : chosen
    if (isGraph(value)) return value.toText()
  }
  const graphs = [...new Map(Object.entries(exported).map(([name, graph]) => [graph, name]))].filter(([graph]) =>
    isGraph(graph)
  )
  const [only] = graphs
  if (graphs.length === 1 && only) return (only[0] as Graph).toText()
  const what = graphs.length
    ? `exports ${graphs.length} graphs (${graphs.map(([, name]) => name).join(', ')})`
    : 'exports no graph'
  throw new Failure(`${file} ${what}: export the one to use as \`graph\`, or as default, or a function that returns it`)
}
