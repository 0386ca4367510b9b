/** A rehearsal's report as one HTML file that can be mailed and printed: no scripts, nothing fetched. Pure. */
import { countText } from '../../domain/counts.ts'
import { durationText } from '../../domain/durations.ts'
import {
  byKind,
  findingTitles,
  foundSentence,
  needsLabel,
  passNotes,
  sawAll,
  severityCount,
  severityCounts,
  type FindingGroup,
  type PassNote
} from '../../domain/findings.ts'
import type { Severity } from '../../domain/problems.ts'
import type { Finding, PassReport } from '../../domain/rehearsal.ts'
import type { Kind } from '../store/whole.ts'
import { escapeHtml, momentHtml, pageHtml } from './page.ts'

export { escapeHtml } from './page.ts'

export interface Reported {
  job: number
  name: string
  /** ms since 1970 */
  startedAt: number
  endedAt: number
  findings: readonly Finding[]
  passes: readonly PassReport[]
}

/** How the job would do on a farm: sentences that forecast.ts makes. */
export interface ReportedForecast {
  title: string
  lines: readonly string[]
}

export interface ReportExtras {
  /** an SVG element; ours, since it goes in as it is */
  graph?: string
  forecast?: ReportedForecast
}

const signs: Readonly<Record<Severity, string>> = { error: '✕', warning: '!', info: 'i' }

const mark = '<p class="kicker">Backlot rehearsal</p>'

/** What a report may be written over: an earlier one. */
export const reportKind: Kind = { what: 'report of a rehearsal', is: (text) => text.includes(mark) }

export function reportHtml(view: Reported, extra: ReportExtras = {}): string {
  const { job, name, startedAt, endedAt, findings, passes } = view
  const found = foundSentence(findings, passes)
  const notes = passNotes(passes)
  const took = durationText(Math.max(0, endedAt - startedAt))
  const main = `<header>
${mark}
<h1>${escapeHtml(name)} <span class="number">#${job}</span></h1>
<p class="found">${counted(findings, passes)}</p>
<p class="quiet">Begun ${momentHtml(startedAt)}${took ? `, took ${took}` : ''}.</p>
${notesHtml(notes)}</header>
${contents(byKind(findings))}${extra.graph ? `<figure>${extra.graph}</figure>\n` : ''}${byKind(findings).map(groupHtml).join('\n')}
${forecastHtml(extra.forecast)}`
  return pageHtml(`${name}: ${found}`, main)
}

function counted(findings: readonly Finding[], passes: readonly PassReport[]): string {
  if (findings.length === 0)
    return `<span class="${sawAll(passes) ? 'fine' : 'unsure'}">${foundSentence(findings, passes)}</span>`
  return severityCounts(findings)
    .map(({ severity, n }) => `<span class="${severity}">${severityCount(severity, n)}</span>`)
    .join(', ')
}

/** What was not looked at stands at the top: nothing is claimed that was not checked. */
function notesHtml(notes: readonly PassNote[]): string {
  if (notes.length === 0) return ''
  const items = notes.map(({ title, looked, why }) => {
    const lead = `<b class="${looked ? 'quiet' : 'unsure'}">${escapeHtml(title)}.</b>`
    return `<li>${lead} ${escapeHtml(why)}</li>`
  })
  return `<ul class="notes">\n${items.join('\n')}\n</ul>\n`
}

/** Only where there is more than a page shows. */
function contents(groups: readonly FindingGroup[]): string {
  if (groups.length < 3) return ''
  const items = groups.map(
    ({ kind, findings }) => `<li><a href="#${kind}">${escapeHtml(findingTitles[kind])}</a> ${findings.length}</li>`
  )
  return `<nav aria-label="Kinds of findings"><ul>\n${items.join('\n')}\n</ul></nav>\n`
}

const groupHtml = ({ kind, findings }: FindingGroup): string =>
  `<section id="${kind}">
<h2>${escapeHtml(findingTitles[kind])}</h2>
${findings.map(findingHtml).join('\n')}
</section>`

function findingHtml(finding: Finding): string {
  const { severity, kind, message, remedy, tasks, needs, paths, variables, addresses, evidence } = finding
  const sign = `<span class="sign ${severity}" role="img" aria-label="${severity}">${signs[severity]}</span>`
  const facts = [
    fact(tasks.length === 1 ? 'Task' : `${countText(tasks.length)} tasks`, tasks, false),
    fact(needsLabel(kind), needs === null ? [] : [needs], false),
    fact(paths.length === 1 ? 'Path' : 'Paths', paths, true),
    fact(variables.length === 1 ? 'Variable' : 'Variables', variables, true),
    fact(addresses.length === 1 ? 'Address' : 'Addresses', addresses, true)
  ]
  return `<article class="${severity}">
<h3>${sign}<span>${escapeHtml(message)}</span></h3>
<p class="remedy">${escapeHtml(remedy)}</p>
<dl>
${facts.filter(Boolean).join('\n')}
</dl>
${evidenceHtml(evidence)}</article>`
}

/** More are folded away; printed they stand in full. */
const mostOpen = 12

function fact(title: string, list: readonly string[], isPath: boolean): string {
  if (list.length === 0) return ''
  const items = list.map((one) => (isPath ? `<code>${escapeHtml(one)}</code>` : escapeHtml(one)))
  const join = isPath ? '<br>' : ', '
  const [first, rest] = [items.slice(0, mostOpen), items.slice(mostOpen)]
  const more = `<details><summary>${countText(rest.length)} more</summary>${rest.join(join)}</details>`
  return `<dt>${title}</dt><dd>${first.join(join)}${rest.length ? more : ''}</dd>`
}

const evidenceHtml = (evidence: readonly string[]): string =>
  evidence.length === 0
    ? ''
    : `<details open><summary>Evidence</summary><pre>${escapeHtml(evidence.join('\n'))}</pre></details>\n`

function forecastHtml(forecast: ReportedForecast | undefined): string {
  if (!forecast) return ''
  const lines = forecast.lines.map((line) => `<li>${escapeHtml(line)}</li>`)
  return `<section id="forecast">\n<h2>${escapeHtml(forecast.title)}</h2>\n<ul>\n${lines.join('\n')}\n</ul>\n</section>\n`
}
