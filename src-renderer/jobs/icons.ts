/** The icon of each thing that can be done to a job. */
import type { Component } from 'svelte'
import type { LucideProps } from '@lucide/svelte'
import Clapperboard from '@lucide/svelte/icons/clapperboard'
import Diff from '@lucide/svelte/icons/diff'
import Pause from '@lucide/svelte/icons/pause'
import Play from '@lucide/svelte/icons/play'
import Redo from '@lucide/svelte/icons/redo-2'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import Square from '@lucide/svelte/icons/square'
import Split from '@lucide/svelte/icons/columns-2'
import Trash from '@lucide/svelte/icons/trash'
import Upload from '@lucide/svelte/icons/upload'
import type { JobActionName } from './actions.ts'

export const jobIcons: Readonly<Record<JobActionName | 'compare' | 'export', Component<LucideProps>>> = {
  ...{ run: Play, rehearse: Clapperboard, pause: Pause, stop: Square, retry: RotateCw },
  ...{ rerun: Redo, changed: Diff, delete: Trash, compare: Split, export: Upload }
}
