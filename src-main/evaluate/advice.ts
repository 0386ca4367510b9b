/** What to write where Node does not take a file of code as it stands. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A half-sentence behind what Node says of the file, or nothing. */
export const adviceFor = (message: string, file: string): string =>
  [scriptAdvice, endingAdvice, pathsAdvice, syntaxAdvice].map((advice) => advice(message, file)).join('')

/** A file that is read as a script, and is a module by half. */
function scriptAdvice(message: string, file: string): string {
  if (!/import statement outside a module|Unexpected token 'export'|import\.meta.* outside a module/.test(message))
    return ''
  const renamed = basename(file).replace(/\.c?([jt]s)$/i, '.m$1')
  if (/\.cts$/i.test(file))
    return `; a .cts file is CommonJS, where Node takes no import and no export: use require and module.exports, or rename it to ${renamed}`
  return `; it has import or export beside module.exports or exports: keep to one of them, or rename it to ${renamed}`
}

const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

/** An import without its ending, or with the one that a compiler would give the file. */
function endingAdvice(message: string): string {
  const [, path] =
    /(?:Cannot find module|Directory import) '(.+?)' (?:imported from|is not supported)/.exec(message) ?? []
  if (path === undefined) return ''
  const bare = path.replace(/\.([mc]?)js$/, '.$1ts')
  const found = bare !== path && existsSync(bare) ? bare : endings.map((ending) => path + ending).find(existsSync)
  return found === undefined ? '' : `; write the file’s whole name: ${found.slice(dirname(path).length + 1)}`
}

/** Names that only a compiler looks up. */
function pathsAdvice(message: string, file: string): string {
  if (!message.includes('Cannot find package') || !hasPaths(dirname(file))) return ''
  return '; Node does not read "paths" of tsconfig.json: write where the file is, or name it in "imports" of package.json'
}

function hasPaths(folder: string): boolean {
  const config = join(folder, 'tsconfig.json')
  if (existsSync(config)) return readFileSync(config, 'utf8').includes('"paths"')
  const above = dirname(folder)
  return above !== folder && hasPaths(above)
}

/** TypeScript that is more than types. */
const syntaxAdvice = (message: string): string =>
  message.includes('not supported in strip-only mode')
    ? '; Node takes types away and makes no code of them: write it in JavaScript (an enum as an object), or compile the file first'
    : ''
