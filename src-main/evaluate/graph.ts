import { realpathSync } from 'node:fs'
import * as modules from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { watchGraphs } from '../core/graph/author/made.ts'
import { itemsOf, memberOf, textOf } from '../domain/json.ts'
import { checkJson } from '../domain/json-check.ts'
import { take } from '../domain/result.ts'
import { chooseGraph, type Choice } from './choose.ts'
import { readText, writeFile } from './file.ts'

/**
 * The text of the graph that a file builds: the one that `choiceFile` names; else its default export, its `graph`, or its
 * only exported graph. Beside the answer are written which files were read for it (`OUT.files`) and what the user should
 * know of it (`OUT.notes`).
 */
export async function graphText(file: string, out: string, choiceFile?: string): Promise<string> {
  const read = new Set<string>()
  modules.registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) read.add(fileURLToPath(url))
      return next(url, context)
    }
  })
  const made = watchGraphs()
  const path = realpathSync(file)
  const exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const loaded = { path, base: basename(file), exported, made }
  const { graph, notes } = await chooseGraph(loaded, choiceIn(choiceFile))
  const text = graph.toText()
  writeFile(`${out}.files`, JSON.stringify([...read]))
  writeFile(`${out}.notes`, JSON.stringify(notes))
  return text
}

/** What a call chose; without a file nothing. */
function choiceIn(path: string | undefined): Choice {
  if (path === undefined) return { graph: null, args: [] }
  const raw = take(checkJson(readText(path)))
  const graph = memberOf(raw, 'graph') ?? 'null'
  return { graph: graph === 'null' ? null : textOf(graph), args: itemsOf(memberOf(raw, 'args') ?? '[]').map(textOf) }
}
