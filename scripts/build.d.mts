export const root: string
export function build(force?: boolean): void
