/** A graph's source as text: a file, or a folder of node files as flowpipe's farm guide keeps them (its JsonDatabase). */
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkJson } from '../../domain/json-check.ts'
import type { Raw } from '../../domain/json.ts'
import type { Problem } from '../../domain/problems.ts'
import { caught, fail, refuse, take, type Result } from '../../domain/result.ts'
import type { Graph } from '../graph/model.ts'
import { shown } from '../graph/names.ts'
import { noticeOf } from '../graph/notices.ts'
import { graphOfNodes, isGraph, isNode } from '../graph/shapes.ts'
import { isCode, readText } from './files.ts'

/**
 * What a graph is read of: the file's text, or the JSON of the graph that a folder's node files make, in the order of their
 * names. Errors (`input`): there is no such file, it is not text or too large, or the folder holds anything but nodes.
 */
export const readSource = (path: string): Result<string> => (isFolder(path) ? readFolder(path) : readText(path))

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function readFolder(folder: string): Result<string> {
  return caught(() => {
    const names = readdirSync(folder).sort()
    const files = names.filter((name) => name.toLowerCase().endsWith('.json') && !name.startsWith('.'))
    if (files.length === 0) return refuseFolder(folder, names.filter(isCode), 'it holds no .json file')
    const records = files.map((name) => nodeIn(folder, name))
    return graphOfNodes(basename(folder), records.map(take))
  })
}

/**
 * One file's record. Errors (`input`): it holds none. A Refusal where it holds a graph: then the folder is not meant, and
 * what is wrong with its other files does not matter.
 */
function nodeIn(folder: string, name: string): Result<Raw> {
  const path = join(folder, name)
  const text = readText(path)
  const json = text.ok ? checkJson(text.value) : text
  if (!json.ok) return fail('input', `${path}: ${json.error.message}`)
  if (isGraph(json.value)) return refuseFolder(folder, [name], 'it holds graphs')
  return isNode(json.value) ? json : fail('input', folderSentence(folder, [], `${name} is no node's record`))
}

function folderSentence(folder: string, instead: readonly string[], why: string): string {
  const [file] = instead
  const such = file === undefined ? '' : ` such as ${join(folder, file)}`
  return `${folder} is a folder; name a graph file${such} (${why}; a folder of nodes' records is read as well)`
}

const refuseFolder = (folder: string, instead: readonly string[], why: string): never =>
  refuse('input', folderSentence(folder, instead, why))

/** What there is to say of a folder that was read as a graph. */
export const folderNotices = (path: string, { name, nodes }: Graph): Problem[] => {
  const message = `its ${nodes.length} nodes are the files of a folder; they were read as one graph called ${shown(name)}`
  const remedy = 'none needed, if all of them belong to one graph'
  return isFolder(path) ? [noticeOf({ severity: 'info', code: 'graph-folder', message, remedy })] : []
}
