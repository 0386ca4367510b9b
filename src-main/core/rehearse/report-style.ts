/** The report's looks: the window's colors, light and dark as the reader's system is, and black on white on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --bg: #f6f7f9; --surface: #fff; --line: #dde1e7; --text: #1b1f27; --muted: #59616f;
  --accent: #2458c5; --error: #c02a2a; --warning: #8a5a00; --fine: #14713f; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --bg: #14161a; --surface: #1b1e24; --line: #313642; --text: #e7e9ee;
  --muted: #a0a8b6; --accent: #7da6ff; --error: #ff7b72; --warning: #e3b341; --fine: #58c98b; --on: #14161a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.5 Inter, system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 900px; margin: 0 auto; padding: 32px 24px 64px; }
h1, h2, h3, p, dl, dd, ul { margin: 0; }
h1 { font-size: 24px; line-height: 32px; overflow-wrap: anywhere; }
h2 { margin: 32px 0 8px; font-size: 17px; line-height: 24px; }
h3 { display: flex; align-items: flex-start; gap: 8px; font-size: 15px; line-height: 22px; overflow-wrap: anywhere; }
a { color: var(--accent); }
.kicker, .quiet, .number { color: var(--muted); font-weight: 400; }
.kicker { font-size: 12px; }
.found { margin: 8px 0 4px; font-size: 17px; font-weight: 600; }
.found .error { color: var(--error); }
.found .warning, .unsure { color: var(--warning); }
.fine { color: var(--fine); }
.notes { margin-top: 12px; padding: 8px 16px 8px 32px; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 20px; padding: 0; list-style: none; color: var(--muted); }
article { margin-top: 12px; padding: 16px; border: 1px solid var(--line); border-left: 3px solid var(--muted);
  border-radius: 6px; background: var(--surface); break-inside: avoid-page; }
article.error { border-left-color: var(--error); }
article.warning { border-left-color: var(--warning); }
.sign { flex: none; width: 18px; height: 18px; margin-top: 2px; border-radius: 4px; background: var(--muted); color: var(--on);
  font-size: 12px; line-height: 18px; font-weight: 700; text-align: center; }
.sign.error { background: var(--error); }
.sign.warning { background: var(--warning); }
.remedy { margin: 8px 0 12px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(80px, max-content) minmax(0, 1fr); gap: 4px 16px; }
dt { color: var(--muted); }
dd { overflow-wrap: anywhere; }
code, pre { font: 12px/19px 'JetBrains Mono', 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace; }
details { margin-top: 4px; }
dl + details { margin-top: 12px; }
summary { color: var(--muted); font-size: 12px; cursor: pointer; }
pre { margin: 4px 0 0; padding: 8px 12px; border-radius: 6px; background: var(--bg); white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; margin-top: 12px; border-collapse: collapse; }
th, td { padding: 4px 8px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--muted); font-size: 12px; font-weight: 400; }
td.failed { color: var(--error); }
figure { margin: 24px 0 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
@media (max-width: 560px) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 8px; } main { padding-inline: 12px; } }
@media print {
  :root { color-scheme: light; --bg: #fff; --surface: #fff; --line: #bbb; --text: #000; --muted: #444; --accent: #000;
    --error: #a00; --warning: #6b4500; --fine: #0a5a2e; --on: #fff; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .sign { print-color-adjust: exact; }
  /* what is folded away on a screen is on the paper */
  details::details-content { content-visibility: visible; height: auto; }
  summary { list-style: none; }
}
`
