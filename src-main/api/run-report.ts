/** The report of a run as one HTML file: what ran, what failed with the end of its log, what nodes gave. */
import type { Context } from './context.ts'
import { logExcerpt } from '../core/attempt/excerpt.ts'
import { escapeHtml, momentHtml, pageHtml } from '../core/rehearse/page.ts'
import type { Kind } from '../core/store/whole.ts'
import { columns } from '../domain/columns.ts'
import { durationText, spanOf } from '../domain/durations.ts'
import type { Result } from '../domain/result.ts'
import { looks } from '../domain/status.ts'
import { attemptsOf, jobNow, jobOf, outputsOf, tasksOf, viewOf } from './find.ts'
import type { JobView, TaskView } from './handler.ts'
import { writeReport } from './reporting.ts'

const mark = '<p class="kicker">Backlot run</p>'

/** What a report may be written over: an earlier one. */
export const runReportKind: Kind = { what: 'report of a run', is: (text) => text.includes(mark) }

/** Whole or not at all. Errors (`usage`): there is no such job, or the file cannot be written. */
export async function saveRunReport(context: Context, job: number, out: string): Promise<Result<{ path: string }>> {
  const row = jobOf(context, job)
  if (!row.ok) return row
  return writeReport(out, runReportKind, () => html(context, viewOf(context, row.value)))
}

function html(context: Context, job: JobView): string {
  const tasks = tasksOf(context, job.id)
  const took = durationText(spanOf(job, job.endedAt ?? Date.now()))
  const counts = Object.entries(job.counts).map(([status, n]) => `${n} ${status}`)
  const tone = job.status === 'succeeded' ? 'fine' : job.status === 'failed' ? 'error' : 'warning'
  const main = `<header>
${mark}
<h1>${escapeHtml(job.name)} <span class="number">#${job.id}</span></h1>
<p class="found"><span class="${tone}">${looks[job.status].label}</span></p>
<p class="quiet">${escapeHtml(counts.join(', '))}${took ? ` in ${took}` : ''}${job.startedAt === null ? '' : `, begun ${momentHtml(job.startedAt)}`}.</p>
<p class="quiet">${escapeHtml(job.source)}</p>
</header>
${failures(context, tasks)}${outputs(context, job.id)}<section id="tasks">
<h2>Tasks</h2>
${taskTable(tasks)}
</section>
`
  return pageHtml(`${job.name}: ${looks[job.status].label}`, main)
}

/** Of more failures the first are told. */
const mostFailures = 50

function failures(context: Context, tasks: readonly TaskView[]): string {
  const failed = tasks.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return ''
  const rest = failed.length - mostFailures
  const more = rest > 0 ? `<p class="quiet">and ${rest} more, see below</p>\n` : ''
  const articles = failed.slice(0, mostFailures).map((task) => failure(context, task))
  return `<section id="failures">\n<h2>Failures</h2>\n${articles.join('\n')}\n${more}</section>\n`
}

function failure(context: Context, { id, name, reason }: TaskView): string {
  const attempts = attemptsOf(context, id)
  const log = attempts.ok ? (attempts.value.at(-1)?.log ?? null) : null
  const lines = log === null ? [] : logExcerpt(log, reason)
  return `<article class="error">
<h3>${escapeHtml(name)}</h3>
<p class="remedy">${escapeHtml(reason ?? '')}</p>
<pre>${escapeHtml(lines.join('\n'))}</pre>
</article>`
}

/** Of a longer value the start is shown. */
const longestValue = 400

function outputs(context: Context, job: number): string {
  const all = outputsOf(context, jobNow(context, job)).flatMap((node) => node.outputs)
  if (all.length === 0) return ''
  const rows = all.map(({ node, output, value }) => {
    const text = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
    return `<tr><td>${escapeHtml(node)}</td><td>${escapeHtml(output)}</td><td><code>${escapeHtml(text)}</code></td></tr>`
  })
  return `<section id="outputs">\n<h2>Outputs</h2>\n<table>\n<tr><th>Node</th><th>Output</th><th>Value</th></tr>\n${rows.join('\n')}\n</table>\n</section>\n`
}

/** A mail of more rows is read by nobody. */
const mostRows = 2000

function taskTable(tasks: readonly TaskView[]): string {
  const shown = columns.filter(({ key }) => ['name', 'state', 'frames', 'interpreter', 'time', 'message'].includes(key))
  const head = shown.map(({ header }) => `<th>${escapeHtml(header)}</th>`).join('')
  const now = Date.now()
  const rows = tasks.slice(0, mostRows).map((task) => {
    const cells = shown.map(
      ({ key, text }) => `<td${key === 'state' ? ` class="${task.state}"` : ''}>${escapeHtml(text(task, now))}</td>`
    )
    return `<tr>${cells.join('')}</tr>`
  })
  const rest = tasks.length - mostRows
  const more = rest > 0 ? `\n<p class="quiet">and ${rest} more</p>` : ''
  return `<table>\n<tr>${head}</tr>\n${rows.join('\n')}\n</table>${more}`
}
