// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { exportFormats, farmNames, formatTexts } from '../../../src-main/domain/formats.ts'
import { fakeCore } from './window.ts'

const core = fakeCore()
// jsdom knows no modal dialogs
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}
const { default: ExportDialog } = await import('../../../src-renderer/views/ExportDialog.svelte')

afterEach(() => cleanup())

const preview = ({ format }: { format: string }) => ({
  format,
  problems: [{ severity: 'warning', code: 'x', node: null, name: null, message: `lost in ${format}`, remedy: 'see' }],
  files: [{ path: `${format}/job`, bytes: 3, text: 'abc' }]
})

test('has a tab for each format, which says what it is for, what is lost and what would be written', async () => {
  core.answers = { 'job.preview': preview }
  render(ExportDialog, { job: 3, close: () => undefined })
  const list = screen.getByRole('tablist', { name: 'Formats', hidden: true })
  const tabs = within(list).getAllByRole('tab', { hidden: true })
  expect(tabs.map((tab) => tab.textContent)).toEqual(exportFormats.map((name) => formatTexts[name].title))
  expect(farmNames).toEqual(expect.arrayContaining(['flamenco', 'afanasy', 'royalrender']))
  for (const name of ['flamenco', 'afanasy', 'royalrender'] as const) {
    await fireEvent.click(within(list).getByRole('tab', { name: formatTexts[name].title, hidden: true }))
    expect(await screen.findByText(formatTexts[name].what)).toBeTruthy()
    expect(await screen.findByText(`lost in ${name}`)).toBeTruthy()
    expect(screen.getByText(`${name}/job`)).toBeTruthy()
  }
  expect(core.calls.at(-1)).toEqual({ name: 'job.preview', input: { job: 3, format: 'royalrender' } })
})
