/** What the graph's picture shows beyond the layout: selection, search hits and the state of the tasks. */
import { getContext, setContext } from 'svelte'
import type { GraphView } from '../../src-main/api.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { layOut, type Layout } from './layout.ts'
import { workOf, type NodeWork } from './work.ts'

export class Picture {
  readonly layout: Layout
  selected = $state<number | null>(null)
  /** how far away one looks: from 1 on names are written larger, from 2 on plugs are left out */
  distance = $state(0)
  query = $state('')
  /** which of the hits was gone to last */
  turn = $state(-1)
  hits = $derived.by(() => this.find(this.query.trim().toLowerCase()))
  hitSet = $derived(new Set(this.hits))
  current = $derived(this.hits[this.turn] ?? null)
  private works = $derived.by(() => (this.live ? workOf(tasks.list) : null))
  readonly view: GraphView
  readonly live: boolean

  constructor(view: GraphView, live: boolean) {
    this.view = view
    this.live = live
    this.layout = layOut(view, live)
  }

  private find(text: string): number[] {
    if (text === '') return []
    return this.layout.cards
      .filter(({ node }) => node.name.toLowerCase().includes(text))
      .sort((a, b) => a.x - b.x || a.y - b.y)
      .map((card) => card.index)
  }

  workOf(identifier: string): NodeWork | undefined {
    return this.works?.get(identifier)
  }
}

const key = Symbol('picture')
export const setPicture = (picture: Picture): Picture => setContext(key, picture)
export const getPicture = (): Picture => getContext<Picture>(key)
