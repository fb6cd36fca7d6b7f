/**
 * What a program does about a refusal.
 *
 * - `retry`: nothing was decided; the same call with the same numbers and parameters, later.
 * - `ask`: the outcome is in doubt or lies with WeChat; query before anything else.
 * - `stop`: our settings, code or rights are wrong; trying again is useless. For the operator.
 * - `person`: final for this attempt, and the person must be told; the texts are for them.
 */
export type Reaction = 'retry' | 'ask' | 'stop' | 'person'

/** A reaction and its words: for the person when it is `person`, else for the operator. */
export interface Advice {
  readonly reaction: Reaction
  readonly zh: string
  readonly en: string
}

/** Makes an advice; short, so that the tables stay readable. */
export function advice(reaction: Reaction, zh: string, en: string): Advice {
  return { reaction, zh, en }
}
