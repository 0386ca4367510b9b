/** How a file of the user's is loaded: npm writes "type": "commonjs" into a package.json, also beside files that are none. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** An import or export statement at the start of a line. */
const moduleSyntax =
  /^[ \t]*(?:import\s*(?:[\w$*{]|['"])|export\s+(?:default|const|let|var|function|class|async|enum|type|interface|abstract|declare|namespace|[*{]))/m
const commonSyntax = /^[ \t]*(?:module\.)?exports\b/m

/** Node's own word for the format, or another where the file's text says otherwise. Packages are loaded as they say. */
export function formatOf(url: string, format: string | null | undefined): string | null | undefined {
  const isCommon = format === 'commonjs' || format === 'commonjs-typescript'
  if (!isCommon || !/^file:.*\.[jt]s$/.test(url) || url.includes('/node_modules/')) return format
  const text = readFileSync(fileURLToPath(url), 'utf8')
  if (!moduleSyntax.test(text) || commonSyntax.test(text)) return format
  return format === 'commonjs' ? 'module' : 'module-typescript'
}
