/** What a person would see is wrong with a page's layout: the one check that all views pass. */
import type { Page } from '@playwright/test'

/**
 * Texts that are cut without a tooltip, controls that nobody can reach, and texts that lie on one another, as sentences.
 * What a scrolled region has out of view can be scrolled to, and what a graph's canvas has, panned to: neither is wrong.
 * But only tables and code are scrolled to the side.
 * With a dialog or a menu open only that is looked at.
 */
export const layoutFaults = (page: Page): Promise<string[]> => page.evaluate(findFaults)

/** In the page. */
function findFaults(): string[] {
  const faults: string[] = []
  const page = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
  type Box = typeof page
  const root = document.querySelector('dialog[open], [role="menu"]') ?? document.body
  const free = '.svelte-flow__viewport, canvas, .visually-hidden, [inert], option, script, style'
  const say = (text: string) => JSON.stringify(text.replace(/\s+/g, ' ').trim().slice(0, 48))
  /** said to screen readers alone */
  function isForReaders(element: Element): boolean {
    for (let at: Element | null = element; at; at = at.parentElement)
      if (getComputedStyle(at).clipPath.startsWith('inset(50%')) return true
    return false
  }
  const isSeen = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
    !element.closest(free) &&
    !isForReaders(element)
  const meet = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom)
  })
  const isEmpty = (box: Box) => box.right - box.left < 1 || box.bottom - box.top < 1

  /** What is left of a box that its ancestors clip, whether one of them can be scrolled, and how much was cut, px. */
  function clipped(box: Box, element: Element): { box: Box; scrolls: boolean; cut: number } {
    let left = box
    for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at)
      const own = at.getBoundingClientRect()
      if (overflowX !== 'visible' || overflowY !== 'visible') {
        const scrolls = [overflowX, overflowY].some((one) => one === 'auto' || one === 'scroll')
        const next = meet(left, own)
        if (scrolls && (at.scrollWidth > at.clientWidth + 1 || at.scrollHeight > at.clientHeight + 1))
          return { box: meet(next, page), scrolls: true, cut: 0 }
        left = next
      }
      if (position === 'fixed') break
    }
    left = meet(left, page)
    return {
      box: left,
      scrolls: false,
      cut: Math.max(left.left - box.left, box.right - left.right, left.top - box.top, box.bottom - left.bottom)
    }
  }

  const controls = 'button, input, select, textarea, a[href], [role="tab"]'
  for (const control of root.querySelectorAll(controls)) {
    const own = control.getBoundingClientRect()
    if (!isSeen(control) || own.width === 0) continue
    const { box, scrolls, cut } = clipped(own, control)
    if (!scrolls && (isEmpty(box) || cut > 3))
      faults.push(`off the page: ${control.tagName} ${say(control.getAttribute('aria-label') ?? control.textContent)}`)
    // of what is scrolled nearly out of view nothing is pressed
    const isThin = box.right - box.left < 4 || box.bottom - box.top < 4
    const above = isThin ? null : document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    const isReached =
      above && (control.contains(above) || above.contains(control) || control.closest('label')?.contains(above))
    if (above && !isReached && !above.closest('[role="status"][aria-live]'))
      faults.push(
        `under ${say(above.textContent)}: ${control.tagName} ${say(control.getAttribute('aria-label') ?? control.textContent)}`
      )
  }

  const texts: { text: string; box: Box; element: Element }[] = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent ?? ''
    if (!element || text.trim() === '' || !isSeen(element)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue
      const { box, scrolls, cut } = clipped(rect, element)
      if (!scrolls && cut > 2 && !element.closest('[title]')) faults.push(`cut by ${Math.round(cut)} px: ${say(text)}`)
      // the lines' room is larger than their letters
      const letters = { ...box, top: box.top + 3, bottom: box.bottom - 3 }
      if (!isEmpty(letters)) texts.push({ text, box: letters, element })
    }
  }

  // also what the pointer goes through lies on something
  const solid = document.createElement('style')
  solid.textContent = 'body * { pointer-events: auto !important }'
  document.head.append(solid)

  /** Nothing opaque lies on it there. */
  function isOnTop(element: Element, x: number, y: number): boolean {
    for (const above of document.elementsFromPoint(x, y)) {
      if (above === element || above.contains(element)) return true
      if (element.contains(above)) continue
      const [, , , alpha = '1'] = getComputedStyle(above).backgroundColor.match(/[\d.]+/g) ?? ['0', '0', '0', '0']
      if (Number(alpha) > 0.9) return false
    }
    return false
  }

  // tables, code and what says so may be wider than their place; a column of text may not
  const wide = 'pre, [role="grid"], [role="treegrid"], [role="tablist"], [data-sideways], input, textarea'
  for (const region of root.querySelectorAll('*')) {
    const { overflowX } = getComputedStyle(region)
    if (overflowX !== 'auto' && overflowX !== 'scroll') continue
    if (region.scrollWidth <= region.clientWidth + 1 || !isSeen(region) || region.closest(wide)) continue
    const right = region.getBoundingClientRect().left + region.clientWidth
    const outside = [...region.querySelectorAll('*')].findLast((one) => one.getBoundingClientRect().right > right + 1)
    faults.push(
      `scrolls sideways: ${region.className} ${say(region.textContent)}, for ${outside?.tagName} ${say(outside?.textContent ?? '')}`
    )
  }

  // a canvas may be panned, but a card holds what is written on it
  for (const card of root.querySelectorAll('.svelte-flow__node')) {
    const box = card.getBoundingClientRect()
    const around = document.createTreeWalker(card, NodeFilter.SHOW_TEXT)
    for (let node = around.nextNode(); node; node = around.nextNode()) {
      const range = document.createRange()
      range.selectNodeContents(node)
      const { box: seen } = clipped(range.getBoundingClientRect(), node.parentElement ?? card)
      if (!isEmpty(seen) && seen.right > box.right + 1) faults.push(`out of its card: ${say(node.textContent ?? '')}`)
    }
  }

  texts.sort((a, b) => a.box.top - b.box.top)
  texts.forEach((one, i) => {
    for (const two of texts.slice(i + 1)) {
      if (two.box.top >= one.box.bottom) break
      const both = meet(one.box, two.box)
      if (one.element === two.element || both.right - both.left < 2 || both.bottom - both.top < 2) continue
      const [x, y] = [(both.left + both.right) / 2, (both.top + both.bottom) / 2]
      if (isOnTop(one.element, x, y) && isOnTop(two.element, x, y))
        faults.push(`on one another: ${say(one.text)} and ${say(two.text)}`)
    }
  })
  solid.remove()
  return [...new Set(faults)]
}
