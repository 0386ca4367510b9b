import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

export default ts.config(
  {
    ignores: [
      'out/',
      'dist/',
      'drizzle/',
      'node_modules/',
      'test-results/',
      'test/fixtures/',
      'tools/electron/',
      '.stryker/'
    ]
  },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } }
  },
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      // state is replaced whole ($state.raw); a Map inside a function needs no reactivity of its own
      'svelte/prefer-svelte-reactivity': 'off'
    }
  }
)
