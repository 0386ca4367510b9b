/** A pattern's part that stands for a text as it is. Node 22 has no `RegExp.escape`. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
