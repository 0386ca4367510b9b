/**
 * What TypeScript knows of the values that pass along edges. All of it is for the compiler: at run time plugs are text.
 * It is to find slips, not to prove a graph: what cannot be known is let through.
 */

/** The name of the plug in `parts.a`. */
export type PlugName<O extends string> = O extends `${infer P}.${string}` ? P : O

/** Frames as a text: `1-100`, `1-100x2`, `1-10,20`, `-5-5`. */
export type FrameRange = `${number}` | `${number}${string}` | `-${number}${string}`

/** What may be given for an input when its node is made. Frames may be a range text, whatever they are inside the node. */
export type Literal<I extends object, K extends keyof I> = K extends 'frames' ? I[K] | FrameRange : I[K]

/** The literals of a node, each of which may be left out. */
export type Literals<I extends object> = { [K in keyof I]?: Literal<I, K> | undefined }

/** What an input takes from upstream or by `set`. Frames may arrive as any text: it is read when they do. */
export type Taken<I extends object, K extends keyof I> = Exclude<K extends 'frames' ? I[K] | string : I[K], undefined>

/** What a node's function returns, once it is there. */
type Given<R> = Exclude<Awaited<R>, null | undefined>

type KeysOf<T> = T extends unknown ? keyof T & string : never
type Member<T, K extends string> = T extends unknown ? (K extends keyof T ? T[K] : never) : never
type OrUnknown<T> = [T] extends [never] ? unknown : T

/** Sub-plugs that are returned one by one, as `{ 'parts.a': 1 }`. */
type Parts<T, P extends string> = {
  [K in KeysOf<T> as K extends `${P}.${infer S}` ? S : never]: Member<T, K>
}
type OrParts<T, P extends string> = keyof Parts<T, P> extends never ? unknown : Parts<T, P>

/** What an output gives; unknown where the function's type does not say. */
type Returned<T, P extends string> = P extends KeysOf<T> ? OrUnknown<Member<T, P>> : OrParts<T, P>

/** Of each output what it gives. */
export type Gives<R, O extends string> = { [P in PlugName<O>]: Returned<Given<R>, P> }

/** The sub-plug of a value. */
export type Part<T, K extends string | number> = unknown extends T
  ? unknown
  : T extends readonly (infer E)[]
    ? E
    : T extends object
      ? K extends keyof T
        ? T[K]
        : `${K}` extends keyof T
          ? T[`${K}`]
          : unknown
      : unknown

/** Keys that a function returns and its definition does not declare. */
type Undeclared<R, O extends string> =
  string extends KeysOf<Given<R>> ? never : Exclude<KeysOf<Given<R>>, O | PlugName<O> | `${PlugName<O>}.${string}`>

/** Anything, or a sentence where the function returns what is none of its outputs. */
export type Declared<R, O extends string> = [Undeclared<R, O>] extends [never]
  ? unknown
  : `it returns "${Undeclared<R, O>}", which is none of its outputs`
