import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { posixPattern } from '../../src-main/domain/posix-pattern.ts'
import { shippedRules } from '../../src-main/domain/renderers.ts'
import { scratch } from '../helpers/app.ts'

const patterns = [
  ...[
    'abc',
    'a.c',
    '^abc$',
    'a\\.c',
    '\\bfoo',
    'foo\\b',
    '\\bfoo\\b',
    'a{2,3}b',
    'a{3}',
    'a{2,}b',
    '(?:ab)+c',
    'x?y*z'
  ],
  ...[
    '[abc]+',
    '[^a-f]b',
    '[\\]^-]x',
    '[^\\]^-]x',
    '[\\\\]',
    '[-^]',
    '\\d+ \\S+ \\w',
    'a|b|',
    '(?<message>.+)!',
    'é+x',
    '[é]x'
  ],
  ...[
    '\\^\\$\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\\\',
    'a(?:-|[1-9])',
    '\\t\\b',
    '"quoted"',
    "it's",
    '\\/x',
    'a\\b b',
    '(?:a|b\\b)c'
  ],
  ...[/^(?:\/\/ )?Error: Cannot (?:open|load) (?:project|scene)\b/.source, '[a-z]+?x', '.*?end', '', '(?:)x']
]
const shipped = shippedRules({
  name: 'maya',
  argv: ['kick'],
  wrapper: ['c4d', 'nuke', 'hython', 'prman', 'vray', 'renderdl']
})

const lines = [
  ...[
    'abc',
    'xabcx',
    'foo',
    'afoo',
    'foo bar',
    'foobar',
    'aab',
    'aaab',
    'ababc',
    'c',
    'zz',
    ']x',
    '^x',
    '-x',
    '\\',
    '^$*+?()[]{}|\\'
  ],
  ...[
    '12 ab c',
    'say it!',
    'éx',
    'ééx',
    'a-',
    'a7',
    '\tx',
    '"quoted"',
    "it's",
    '/x',
    'a b',
    'ab b',
    '// Error: Cannot open scene',
    'gb'
  ],
  ...['Error: Cannot load project', 'Error: Cannot load projects', 'the end', 'aend of', 'bc', 'ac', ''],
  ...[
    'rman Fatal: x',
    'xrman Fatal: x',
    'A12345 {SEVERE} no licence',
    'Maya exited with status 1',
    'Maya exited with status 0'
  ],
  ...[
    '[driver_exr] cannot open image file',
    'Could not open texture file /x',
    'Warning: Unable to open x',
    'out of memory'
  ]
]

test('what is translated for awk fits the same lines as it does here', () => {
  const folder = scratch()
  const all = [...patterns, ...shipped.map(({ pattern }) => pattern)]
  const read = all.flatMap((pattern) => {
    const text = posixPattern(pattern)
    return text === null ? [] : [{ pattern, text }]
  })
  writeFileSync(join(folder, 'patterns'), read.map(({ text }) => `${text}\n`).join(''))
  writeFileSync(join(folder, 'lines'), lines.map((line) => `${line}\n`).join(''))
  const script =
    'FILENAME ~ /patterns$/ { p[n++] = $0; next } { s = ""; for (i = 0; i < n; i++) s = s ($0 ~ p[i] ? 1 : 0); print s }'
  const { stdout, stderr } = spawnSync('awk', [script, join(folder, 'patterns'), join(folder, 'lines')], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' }
  })
  expect(stderr).toBe('')
  const rows = stdout.trimEnd().split('\n')
  const wrong = lines.flatMap((line, i) =>
    read
      .filter(({ pattern }, p) => new RegExp(pattern).test(line) !== (rows[i]?.[p] === '1'))
      .map((one) => ({ line, ...one }))
  )
  expect(wrong).toEqual([])
})

test('every failure that is shipped can be read on a farm; what POSIX cannot say is not said', () => {
  const failures = shipped.filter(({ kind }) => kind === 'failure')
  expect(failures.length).toBeGreaterThan(15)
  expect(failures.filter(({ pattern }) => posixPattern(pattern) === null)).toEqual([])
  expect(['.*\\bx', 'a\\B', 'a(?=b)', '(a)\\1', 'a{99}', '('].map(posixPattern)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null
  ])
})
