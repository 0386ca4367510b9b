import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** Files that belong to tsconfig.lint.json. */
const typed = ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts']
const projects = {
  project: 'tsconfig.lint.json',
  tsconfigRootDir: import.meta.dirname
}

const typeChecked = ts.configs.recommendedTypeCheckedOnly
/** @type {Record<string, 'off'>} */
const withoutUnsafe = Object.fromEntries(
  ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
    `@typescript-eslint/no-unsafe-${what}`,
    'off'
  ])
)

export default ts.config(
  {
    ignores: [
      ...['out/', 'dist/', 'drizzle/', 'node_modules/', 'test-results/', 'test/fixtures/', '.stryker/'],
      ...['demo-data/', '.cache/'],
      ...[
        'reports/',
        'docs/.vitepress/{cache,dist,.temp}/',
        'docs/.vitepress/*.timestamp-*',
        'src-main/domain/picture/*/*-wasm.ts'
      ]
    ]
  },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  // types of components are svelte-check's: for the rules that need types the parser makes its program anew for each
  // component, which took as long as all other files together
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } } },
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      // state is replaced whole ($state.raw); a Map inside a function needs no reactivity of its own
      'svelte/prefer-svelte-reactivity': 'off'
    }
  },
  {
    files: typed,
    ignores: ['**/*.svelte.ts'],
    extends: [typeChecked],
    languageOptions: { parserOptions: projects },
    rules: {
      // plugs print themselves
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: [{ from: 'file', name: ['Input', 'Output', 'PlugEnd', 'PlugHandle'] }] }
      ]
    }
  },
  {
    // tests read what the command line printed as JSON, and say what should be in it
    files: ['test/**/*.ts'],
    rules: {
      ...withoutUnsafe,
      // stand-ins are async because what they stand for is; a test app's calls are closures
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-implied-eval': 'off'
    }
  },
  {
    // what a Node reads that knows no modules
    files: ['bin/*.cjs', 'scripts/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  {
    // small files with one subject, functions that fit a screen
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    rules: {
      'max-lines': ['error', 350],
      'max-lines-per-function': ['error', 50],
      'max-params': ['error', 4]
    }
  }
)
