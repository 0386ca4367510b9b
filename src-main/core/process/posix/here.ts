/** The way to look that this system has. */
import { proc } from './proc.ts'
import { byPs } from './ps.ts'
import type { Table } from './table.ts'

export const table: Table = process.platform === 'linux' ? proc : byPs
