// The documents as a site: `npm run docs` builds it into docs/.vitepress/dist, `npm run docs:dev` serves it while it is
// written. It needs no network: search is VitePress's own, fonts come with its theme. A dead link fails the build.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'

const docs = join(import.meta.dirname, '..')

/** @param {string} file @returns {string} */
const titleOf = (file) => /^# (.+)$/m.exec(readFileSync(join(docs, file), 'utf8'))?.[1]?.replaceAll('`', '') ?? file

/** The pages of a folder by their titles. @param {string} folder */
const pagesOf = (folder) =>
  readdirSync(join(docs, folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
    .map((name) => pageOf(`${folder}/${name}`))

/** @param {string} file */
const pageOf = (file) => ({ text: titleOf(file), link: `/${file.replace(/(?:index)?\.md$/, '')}` })

/** @param {string} text @param {string[]} files @param {boolean} [collapsed] */
const section = (text, files, collapsed) => ({
  text,
  items: files.map(pageOf),
  ...(collapsed === undefined ? {} : { collapsed })
})

const start = ['start/index.md', 'start/flowpipe.md', 'start/typescript.md', 'start/examples.md']
const howTo = ['json-from-flowpipe', 'dcc', 'sessions', 'rehearse', 'only-what-changed', 'failure', 'report', 'script']
const farms = [
  'index',
  'follow',
  'deadline',
  'opencue',
  'try-opencue',
  'openjd',
  'slurm',
  'tractor',
  'flamenco',
  'afanasy',
  'royal-render',
  'bundle',
  'job-json'
]
const explanation = ['batches-and-frames', 'dependencies', 'rehearsal', 'differences']

export default defineConfig({
  title: 'Backlot',
  description: 'Rehearse a render-farm job on one machine',
  lang: 'en',
  // no icon, and no look for one
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  cacheDir: join(docs, '.vitepress/cache'),
  metaChunk: true,
  // a text in code is no template of the site
  markdown: {
    config: (md) => {
      const plain = md.renderer.rules.code_inline
      md.renderer.rules.code_inline = (tokens, i, ...rest) => {
        tokens[i]?.attrSet('v-pre', '')
        return plain?.(tokens, i, ...rest) ?? ''
      }
    }
  },
  themeConfig: {
    search: { provider: 'local', options: { detailedView: true } },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start/' },
      { text: 'How to', link: '/how-to/json-from-flowpipe' },
      { text: 'Reference', link: '/reference/commands/' },
      { text: 'Explanation', link: '/explanation/batches-and-frames' },
      { text: 'Troubleshooting', link: '/troubleshooting' }
    ],
    sidebar: [
      section('Start', start),
      section(
        'How to',
        howTo.map((name) => `how-to/${name}.md`)
      ),
      section(
        'Farms',
        farms.map((name) => `how-to/farms/${name}.md`)
      ),
      section(
        'Explanation',
        explanation.map((name) => `explanation/${name}.md`)
      ),
      { text: 'Troubleshooting', items: ['troubleshooting.md', 'what-was-run-where.md'].map(pageOf) },
      { text: 'Reference', items: pagesOf('reference') },
      { text: 'Commands', collapsed: true, link: '/reference/commands/', items: pagesOf('reference/commands') },
      section('Inside', ['protocol.md', 'design.md'], true),
      { text: 'Decisions', collapsed: true, items: pagesOf('adr') }
    ]
  }
})
