/**
 * What came back from outside. Silence (time-out, reset, an answer that cannot be verified) is a
 * value and not an exception, because a flow must do something with it: doubt is a state.
 */
export type Answer<T> =
  | { readonly got: 'answer'; readonly value: T }
  | { readonly got: 'silence'; readonly why: Silence }

/** Why nothing trustworthy came back. */
export type Silence = 'timeout' | 'reset' | 'unverified' | 'unreachable' | 'server_error'

export const answer = <T>(value: T): Answer<T> => ({ got: 'answer', value })
export const silence = (why: Silence): Answer<never> => ({ got: 'silence', why })
