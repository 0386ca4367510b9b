/** JSON text with line breaks and indents. Works on the text alone, so numbers and NaN keep their spelling. */
export function pretty(raw: string): string {
  const tokens = raw.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  let depth = 0
  let text = ''
  const line = () => `\n${'  '.repeat(Math.max(depth, 0))}`
  tokens.forEach((token, i) => {
    const opens = token === '{' || token === '['
    const closes = token === '}' || token === ']'
    const before = tokens[i - 1]
    const after = tokens[i + 1]
    if (closes) depth--
    if (closes && before !== '{' && before !== '[') text += line()
    text += token === ':' ? ': ' : token
    if (opens) depth++
    if (token === ',' || (opens && after !== '}' && after !== ']')) text += line()
  })
  return text
}
