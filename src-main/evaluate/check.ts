import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { checkJson } from '../domain/json-check.ts'
import { itemsOf, memberOf, rawArray, rawObject, rawText, textOf, type Raw } from '../domain/json.ts'
import { take } from '../domain/result.ts'
import { evaluator } from './evaluator.ts'
import { factsOf } from './facts.ts'
import { readText } from './file.ts'

const imported = /\b(?:from|import|require)\b\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g

/** The file and those that it imports by relative paths, as far as their text tells; nothing is loaded. */
function codeOf(file: string): string[] {
  const found = new Set([realpathSync(file)])
  for (const path of found) {
    for (const [, , other] of readText(path).matchAll(imported)) {
      const target = resolve(dirname(path), other as string)
      const there = ['', '.ts', '.mts', '.js', '.mjs'].map((end) => target + end).find(isFile)
      if (there) found.add(realpathSync(there))
    }
  }
  return [...found].sort()
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** The answer to a --check request: which files are there; nothing is loaded to find out. */
export function checkText(request: string): string {
  process.removeAllListeners('warning') // that stripping types is experimental is no news to who waits for the answer
  const raw = take(checkJson(readText(request)))
  const modules = itemsOf(memberOf(raw, 'modules') ?? '[]').map((one) => {
    const file = memberOf(one, 'file') ?? 'null'
    const exists = String(file !== 'null' && existsSync(textOf(file)))
    const code = exists === 'true' ? codeOf(textOf(file)) : []
    const names = itemsOf(memberOf(one, 'names') ?? '[]').map(textOf)
    const facts = exists === 'true' && names.length > 0 ? factsOf(realpathSync(textOf(file)), code, names) : null
    return rawObject([
      ['module', memberOf(one, 'module') ?? 'null'],
      ['importable', exists],
      ['file_exists', exists],
      ['code', rawArray(code.map(rawText))],
      ...(facts === null ? [] : [['facts', facts] satisfies [string, Raw]])
    ])
  })
  const packages = Object.entries(process.env).flatMap(([name, value = '']) =>
    name.startsWith('REZ_') ? [[name, value] as const] : []
  )
  return rawObject([
    ...evaluator,
    ['executable', rawText(process.execPath)],
    [
      'program',
      rawObject([
        ['name', rawText('Node')],
        ['version', rawText(process.versions.node)],
        ['path', rawText(process.execPath)]
      ])
    ],
    ['folders', rawArray([rawText(dirname(process.execPath))])],
    ['packages', rawObject(packages.map(([name, value]) => [name, rawText(value)] as const))],
    ['typing_extensions', 'false'],
    ['modules', rawArray(modules)]
  ])
}
