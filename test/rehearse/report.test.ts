import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, test } from 'vitest'
import { escapeHtml, reportHtml, type Reported } from '../../src-main/core/rehearse/report.ts'
import { findingKinds, passNames } from '../../src-main/domain/rehearsal.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { goldenPath } from '../helpers/goldens.ts'
import { finding, findings, passes, putRehearsal } from '../helpers/rehearsal.ts'

const view: Reported = {
  ...{ job: 7, name: 'hyd_0420', startedAt: Date.UTC(2026, 4, 1, 10), endedAt: Date.UTC(2026, 4, 1, 10, 38, 20) },
  ...{ findings, passes }
}
const looked = passNames.map((name) => ({ name, looked: true, why: '' }))

/** Every element's opening and closing stand in order: what is not ours cannot have opened one. */
function tagsOf(html: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const alone = new Set(['meta', 'br', 'wbr'])
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (slash) expect(open.pop()).toBe(name)
    else if (!alone.has(name)) open.push(name)
    seen.push(name)
  }
  expect(open).toEqual([])
  return seen
}

describe('the report that is mailed', () => {
  test('says first what was found and what was not looked at', () => {
    const html = reportHtml(view)
    const head = html.slice(html.indexOf('<header>'), html.indexOf('</header>'))
    expect(head).toContain('4 errors')
    expect(head).toContain('2 warnings')
    expect(head).toContain('2026-05-01 10:00 UTC, took 38 min 20 s')
    expect(head).toContain('Not looked at: after a kill')
    expect(head).toContain('cannot be killed in its writing')
  })

  test('has every finding with its tasks, paths, remedy and evidence', () => {
    const html = reportHtml(view)
    for (const { message, remedy, tasks, paths, variables, evidence } of findings)
      for (const text of [message, remedy, ...tasks, ...paths, ...variables, ...evidence])
        expect(html, text).toContain(escapeHtml(text))
    tagsOf(html)
  })

  test('that nothing was found it claims only where all was looked at', () => {
    expect(reportHtml({ ...view, findings: [], passes: looked })).toContain('<span class="fine">Nothing found</span>')
    const unsure = reportHtml({ ...view, findings: [] })
    expect(unsure).toContain('<span class="unsure">Nothing found in what was looked at</span>')
    expect(unsure).not.toContain('class="fine"')
  })

  test('is one file: no scripts, nothing fetched, and a policy that forbids both', () => {
    const html = reportHtml(view)
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bon[a-z]+=|url\(|@import|src=/i)
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html).toContain('@media print')
  })

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style></pre></body>',
    '&lt;b&gt; & &amp;',
    ']]><!--',
    'null \u0000 bell \u0007'
  ])('a name such as %j is text wherever it stands', (evil) => {
    const named = (text: string) => {
      const one = finding({
        ...{ tasks: [text, text], needs: text, paths: [text], variables: [text], addresses: [text] },
        ...{ message: text, remedy: text, evidence: [text] }
      })
      const notes = [{ name: 'worker' as const, looked: false, why: text }]
      return reportHtml(
        { ...view, name: text, findings: [one], passes: notes },
        { forecast: { title: text, lines: [text] } }
      )
    }
    const html = named(evil)
    expect(tagsOf(html), 'it brings no element of its own').toEqual(tagsOf(named('plain')))
    expect(html).toContain(escapeHtml(evil))
    // eslint-disable-next-line no-control-regex -- that there is none is what is tested
    expect(html).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  })

  test('each mark of HTML is written as its entity, each control character as the sign for one', () => {
    expect(escapeHtml(`<a href="x" b='y'>&amp;</a>`)).toBe(
      '&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;'
    )
    expect(escapeHtml('a\u0000b\u0007\u007f\ttab\nline')).toBe('a\ufffdb\ufffd\ufffd\ttab\nline')
  })

  test('of 200 tasks all stand in it, the most of them folded away', () => {
    const html = reportHtml(view)
    expect(html).toContain('<dt>200 tasks</dt>')
    expect(html).toContain('<summary>188 more</summary>')
    expect(html).toContain('Render_beauty-199')
  })

  test('takes a graph and a forecast in, and has a heading a kind', () => {
    const all = findingKinds.map((kind) => finding({ kind }))
    const html = reportHtml(
      { ...view, findings: all },
      { graph: '<svg viewBox="0 0 1 1"></svg>', forecast: { title: 'On 20 workers', lines: ['12 min'] } }
    )
    expect(html).toContain('<figure><svg viewBox="0 0 1 1"></svg></figure>')
    expect(html).toContain('<h2>On 20 workers</h2>')
    for (const kind of findingKinds) expect(html).toContain(`<section id="${kind}">`)
    tagsOf(html)
  })

  test('its body is well-formed', () => {
    const html = reportHtml(view)
      .replace(/<!doctype html>|<meta[^>]*>/g, '')
      .replaceAll('<br>', '<br/>')
      .replaceAll('<details open>', '<details>')
    const errors: string[] = []
    const parsed = new DOMParser({ onError: (_, message) => void errors.push(message) }).parseFromString(
      html,
      'text/xml'
    )
    expect(errors).toEqual([])
    expect(parsed.getElementsByTagName('article').length).toBe(findings.length)
  })
})

describe('the call that saves it', () => {
  test('writes the file whole, also into a new folder', async () => {
    const { ask, dataDir } = testApp()
    const { job } = await ask('job.create', { source: { path: goldenPath('01_single_node') }, force: true })
    putRehearsal(dataDir, job)
    const out = join(scratch(), 'new', 'report.html')
    expect(await ask('rehearsal.save', { job, out })).toEqual({ path: out })
    expect(readFileSync(out, 'utf8')).toContain('Comp reads what Denoise_fog wrote')
  })

  test('refuses a job that was not rehearsed, and a place that cannot be written', async () => {
    const { app, ask, dataDir } = testApp()
    const { job } = await ask('job.create', { source: { path: goldenPath('01_single_node') }, force: true })
    const out = join(scratch(), 'report.html')
    expect(await app.call('rehearsal.save', { job, out })).toMatchObject({ ok: false, error: { kind: 'usage' } })
    putRehearsal(dataDir, job)
    expect(await app.call('rehearsal.save', { job, out: '/dev/null/x' })).toMatchObject({
      ok: false,
      error: { kind: 'usage', message: expect.stringContaining('cannot be written') }
    })
  })
})
