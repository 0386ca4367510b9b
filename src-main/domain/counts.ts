/** Numbers of things, as people read them. */

/** A whole number with its thousands set apart: `12,345`. No locale's formatter: that takes some 15 ms to make. */
export const countText = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** `1 task`, `12,345 tasks`; `more`: what several are called where an s is not enough. */
export const counted = (n: number, one: string, more = `${one}s`): string => `${countText(n)} ${n === 1 ? one : more}`
