import { existsSync } from 'node:fs'
import { checkJson, itemsOf, memberOf, rawArray, rawObject, rawText, textOf } from '../core/json.ts'
import { take } from '../core/result.ts'
import { evaluator } from './evaluator.ts'
import { readText } from './file.ts'

/** The answer to a --check request: which files are there; nothing is loaded to find out. */
export function checkText(request: string): string {
  const raw = take(checkJson(readText(request)))
  const modules = itemsOf(memberOf(raw, 'modules') ?? '[]').map((one) => {
    const file = memberOf(one, 'file') ?? 'null'
    const exists = String(file !== 'null' && existsSync(textOf(file)))
    return rawObject([
      ['module', memberOf(one, 'module') ?? 'null'],
      ['importable', exists],
      ['file_exists', exists]
    ])
  })
  return rawObject([
    ...evaluator,
    ['executable', rawText(process.execPath)],
    ['typing_extensions', 'false'],
    ['modules', rawArray(modules)]
  ])
}
