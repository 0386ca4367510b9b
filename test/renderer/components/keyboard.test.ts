// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, expect, test } from 'vitest'
import { fakeCore } from './window.ts'

fakeCore()
const { default: JobFilters } = await import('../../../src-renderer/jobs/JobFilters.svelte')

afterEach(() => {
  cleanup()
  document.body.innerHTML = ''
})

/** A pane with a filter above its list. */
function show(text: string): { field: HTMLInputElement; list: HTMLElement } {
  document.body.innerHTML =
    '<div data-zone="jobs"><div id="filter"></div><div id="list" data-main tabindex="0"></div></div>'
  const [target, list] = ['#filter', '#list'].map((one) => document.querySelector<HTMLElement>(one))
  if (!target || !list) throw new Error('the pane is not there')
  render(JobFilters, { target, props: { jobs: [], text, chosen: new Set<never>() } })
  const field = screen.getByRole<HTMLInputElement>('searchbox')
  field.focus()
  return { field, list }
}

test('Escape clears a filter first, then the focus goes to the list that it filters', async () => {
  const { field, list } = show('hyd')
  await fireEvent.keyDown(field, { key: 'Escape' })
  expect([field.value, document.activeElement]).toEqual(['', field])
  await fireEvent.keyDown(field, { key: 'Escape' })
  expect(document.activeElement).toBe(list)
})

test.each(['Enter', 'ArrowDown'])('%s leads from a filter to what it leaves', async (key) => {
  const { field, list } = show('hyd')
  await fireEvent.keyDown(field, { key })
  expect([field.value, document.activeElement]).toEqual(['hyd', list])
})
