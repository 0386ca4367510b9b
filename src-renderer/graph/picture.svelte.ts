/** What the graph's picture shows beyond the layout: selection, search hits and the state of the tasks. */
import { getContext, setContext } from 'svelte'
import type { GraphView } from '../../src-main/api.ts'
import type { TaskState } from '../../src-main/domain/status.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { arranger } from './arranger.ts'
import { cardsOf } from './card.ts'
import { collapse } from './groups.ts'
import { placed, shapeOf, type Layout, type PlacedCard } from './layout.ts'
import { arrangedBy, drawn, groupId, sceneOf } from './scene.ts'
import { timesOf, workOf, type NodeWork, type Times } from './work.ts'
import { boundsOf, fitZoom, type Room } from './zoom.ts'

const none: Layout = { cards: [], wires: [], frames: [], groups: [] }

/** A graph with fewer nodes is laid out both ways, to see which one is larger. */
const fewNodes = 400
/** A graph that is not run yet shows its plugs up to here. */
const mostWithPlugs = 60

export class Picture {
  layout = $state.raw<Layout>(none)
  /** null: not yet; a sentence: why there is none */
  ready = $state<boolean | string | null>(null)
  selected = $state<number | null>(null)
  /** how far away one looks: see zoom.ts */
  distance = $state(0)
  colors = $state<'state' | 'time'>('state')
  /** ids of groups that are shown card by card */
  opened = $state.raw<ReadonlySet<string>>(new Set())
  /** groups that the graph has, opened or not */
  groupCount = $state(0)
  query = $state('')
  /** which of the hits was gone to last */
  turn = $state(-1)
  hits = $derived.by(() => this.find(this.query.trim().toLowerCase()))
  hitSet = $derived(new Set(this.hits))
  current = $derived(this.hits[this.turn] ?? null)
  readonly times: Times | null = $derived.by(() => (this.live && this.works ? timesOf(this.works) : null))
  readonly view: GraphView
  readonly live: boolean
  /** cards without plugs, wide layers collapsed: of jobs, and of what is too large to be read plug by plug */
  readonly compact: boolean
  private readonly works = $derived.by(() => (this.live ? workOf(tasks.list) : null))
  private readonly byIndex = $derived(new Map(this.layout.cards.map((card) => [card.index, card])))
  /** the state of the tasks of each card and group, by its id; those that have one */
  readonly states: ReadonlyMap<string, TaskState> = $derived.by(() => this.statesOfBoxes())
  /** the card or group that stands for a node */
  private readonly groupOf = $derived(
    new Map(this.layout.groups.flatMap(({ id, members }) => members.map((index) => [index, id] as const)))
  )
  private turnOfLayout = 0

  constructor(view: GraphView, live: boolean) {
    this.view = view
    this.live = live
    this.compact = live || view.nodes.length > mostWithPlugs
  }

  card(index: number | null): PlacedCard | undefined {
    return index === null ? undefined : this.byIndex.get(index)
  }

  /** Lays out for a room. Where something newer is asked for meanwhile, that is what is shown. */
  async lay(room: Room): Promise<void> {
    const mine = ++this.turnOfLayout
    try {
      const layout = this.compact ? await this.compactly(room) : await this.withPlugs()
      if (mine !== this.turnOfLayout) return
      this.layout = layout
      this.ready = true
    } catch (error) {
      if (mine === this.turnOfLayout) this.ready = (error as Error).message
    }
  }

  /** Shows a group's nodes one by one. */
  async open(ids: Iterable<string>, room: Room): Promise<void> {
    this.opened = new Set([...this.opened, ...ids])
    await this.lay(room)
  }

  async openAll(room: Room): Promise<void> {
    await this.open(
      collapse(this.view, new Set()).groups.map(({ id }) => id),
      room
    )
  }

  async collapseAll(room: Room): Promise<void> {
    this.opened = new Set()
    await this.lay(room)
  }

  /** Makes sure that a node has a card of its own. */
  async uncover(index: number, room: Room): Promise<void> {
    const id = this.groupOf.get(index)
    if (id !== undefined) await this.open([id], room)
  }

  private async withPlugs(): Promise<Layout> {
    const cards = cardsOf(this.view, false)
    return placed(this.view, cards, await arranger.arrange(shapeOf(this.view, cards)))
  }

  /** Down or right: the way that shows it larger. */
  private async compactly(room: Room): Promise<Layout> {
    const collapsed = collapse(this.view, this.opened)
    this.groupCount = Math.max(this.groupCount, collapsed.groups.length)
    const right = sceneOf(this.view, collapsed, 'right')
    if (right.saved) return drawn(this.view, right, arrangedBy(right.saved, right.shape))
    const across = await arranger.arrange(right.shape)
    if (right.shape.boxes.length > fewNodes) return drawn(this.view, right, across)
    const down = sceneOf(this.view, collapsed, 'down')
    const below = await arranger.arrange(down.shape)
    const zoom = ({ boxes }: typeof across) => fitZoom(boundsOf(boxes), room)
    return zoom(below) > zoom(across) ? drawn(this.view, down, below) : drawn(this.view, right, across)
  }

  /** Nodes by their names, in reading order; those behind a number last. */
  private find(text: string): number[] {
    if (text === '') return []
    const found = [...this.view.nodes.keys()].filter((i) => this.view.nodes[i]?.name.toLowerCase().includes(text))
    const place = (index: number) => this.byIndex.get(index) ?? { x: Infinity, y: index }
    return found.sort((a, b) => {
      const [one, two] = [place(a), place(b)]
      return one.x === two.x ? one.y - two.y : one.x - two.x
    })
  }

  private statesOfBoxes(): ReadonlyMap<string, TaskState> {
    const { cards, groups } = this.layout
    return new Map([
      ...cards.flatMap(({ index, node }) => {
        const work = this.workOf(node.identifier)
        return work ? [[String(index), work.state] as const] : []
      }),
      ...groups.flatMap(({ id, members }) => {
        const work = this.workOfAll(members)
        return work ? [[groupId(id), work.state] as const] : []
      })
    ])
  }

  workOf(identifier: string): NodeWork | undefined {
    return this.works?.get(identifier)
  }

  /** What the tasks of several nodes amount to. */
  workOfAll(indices: readonly number[]): NodeWork | undefined {
    const all = indices.flatMap((index) => this.workOf(this.view.nodes[index]?.identifier ?? '')?.tasks ?? [])
    return all.length ? [...workOf(all.map((task) => ({ ...task, identifier: '' }))).values()][0] : undefined
  }
}

const key = Symbol('picture')
export const setPicture = (picture: Picture): Picture => setContext(key, picture)
export const getPicture = (): Picture => getContext<Picture>(key)
