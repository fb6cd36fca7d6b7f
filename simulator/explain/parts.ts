// What a request's signed text consists of, and one mistake in one part of it.
import type { Code } from './words.ts'

/** The five lines of a request (wechat-pay.md §1.1), as they came over the wire. */
export interface SignedParts {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
}

/** A part as somebody may have signed it. */
export interface Variant {
  readonly code: Code
  readonly part: keyof SignedParts
  readonly value: string
}

/** A whole text as somebody may have signed it, and by which mistakes. */
export interface Candidate {
  readonly codes: readonly Code[]
  readonly text: string
}

export function textOf(parts: SignedParts): string {
  const { method, url, timestamp, nonce, body } = parts
  return `${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`
}

/** What `make` gives; null when the input is none that it can work on. */
export function attempt<T>(make: () => T): T | null {
  try {
    return make()
  } catch {
    return null
  }
}
