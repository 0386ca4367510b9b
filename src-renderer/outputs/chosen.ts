/** The node whose outputs are shown when the view opens next; null: the first that has any. Whoever takes it makes it null. */
export const chosenOutput: { identifier: string | null } = { identifier: null }
