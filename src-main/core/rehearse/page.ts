/** The frame of a report: one HTML file that can be mailed and printed, without scripts, and nothing is fetched. Pure. */
import { reportStyle } from './report-style.ts'

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as HTML, in elements and attributes. What no document may hold becomes the sign for that. */
export const escapeHtml = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- control characters, but for tab and line ends, are not allowed in HTML
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
    .replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

/** The moment in universal time: who reads the report may be anywhere. */
export const momentHtml = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** `title` is text, `main` HTML. */
export const pageHtml = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${main}</main>
</body>
</html>
`
