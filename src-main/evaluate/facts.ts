/** What the text of a file says of the nodes in it; nothing of it is loaded. */
import * as modules from 'node:module'
import { nearest } from '../domain/near.ts'
import { rawArray, rawObject, rawText, type Raw } from '../domain/json.ts'
import { describe } from './failure.ts'
import { readText } from './file.ts'

/** `code`: the file itself and what it imports by relative paths. A name that none of them has in its text is not there. */
export function factsOf(file: string, code: readonly string[], names: readonly string[]): Raw {
  const texts = code.map(readText)
  const defined = texts.flatMap((text) =>
    [...text.matchAll(/\bfunction\s*\*?\s*([\w$]+)/g)].map(([, name = '']) => name)
  )
  const words = new Set(texts.flatMap((text) => text.match(/[\p{L}\p{N}_$]+/gu) ?? []))
  return rawObject([
    ['path', rawText(file)],
    ['names', rawObject(names.map((name) => [name, words.has(name) ? unknown : absent(name, defined)] as const))],
    ['broken', rawArray(code.flatMap((path, i) => faultIn(path, texts[i] ?? '')))],
    ['shadowed', 'null'],
    ['standard', 'false']
  ])
}

const unknown = rawObject([['state', rawText('unknown')]])

function absent(name: string, defined: readonly string[]): Raw {
  const [near] = nearest(name, defined)
  return rawObject([
    ['state', rawText('absent')],
    ['near', near === undefined ? 'null' : rawText(near)]
  ])
}

/** Why Node could not read a file of TypeScript, with the line; nothing where it can, or is too old to say. */
function faultIn(file: string, text: string): Raw[] {
  if (!/\.m?ts$/.test(file) || !('stripTypeScriptTypes' in modules)) return []
  try {
    modules.stripTypeScriptTypes(text)
    return []
  } catch (error) {
    const { message } = describe(error)
    const [, line = '0'] = /^\S*:(\d+)\n/.exec(error instanceof Error ? (error.stack ?? '') : '') ?? []
    return [
      rawObject([
        ['file', rawText(file)],
        ['line', line],
        ['message', rawText(message)]
      ])
    ]
  }
}
