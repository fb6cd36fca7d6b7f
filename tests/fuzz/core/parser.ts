// What a fuzzer needs to know of one parser.
import type { Chance } from './chance.ts'
import type { Json } from './values.ts'

/** A property of a parser that an input broke. Anything else that is thrown is a crash. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** Throws Broken with the rule's words unless it holds. */
export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Broken(rule)
}

/** An input as the corpus keeps it: whatever JSON can say. */
export type Input = Json

export interface Parser {
  readonly name: string
  /** Inputs that are as they should be, from which damage starts; the kept corpus is added. */
  readonly good: readonly Input[]
  /** How an input of this parser is damaged; JSON parts are, unless it says otherwise. */
  readonly damage?: (chance: Chance, input: Input) => Input
  /** A new input from the grammar of what the parser reads. */
  readonly make: (chance: Chance) => Input
  /**
   * Feeds the input and holds the answer against the parser's promises. Says `accepted`, or in a
   * word of the parser's own why it was refused. Throws when a promise is broken.
   */
  readonly feed: (input: Input) => string
}

/** The result of `parse`, or null when it refused with its own error; other errors go on. */
export function orRefused<T>(
  parse: () => T,
  ...refusals: ReadonlyArray<abstract new (...given: never[]) => Error>
): T | null {
  try {
    return parse()
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return null
    throw error
  }
}

/** An input that must be a text; other kinds of JSON are turned into their text. */
export function textOf(input: Input): string {
  return typeof input === 'string' ? input : JSON.stringify(input)
}
