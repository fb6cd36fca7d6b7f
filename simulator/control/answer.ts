import type { z } from 'zod'

/** What a control handler answers; the server puts it on the wire as JSON. */
export interface ControlAnswer {
  readonly status: number
  readonly body: unknown
}

export function good(body: unknown, status = 200): ControlAnswer {
  return { status, body }
}

/** A refusal that names the field and what to do about it. */
export function bad(field: string, message: string, status = 400): ControlAnswer {
  const code = status === 404 ? 'not_found' : 'invalid_request'
  return { status, body: { code, detail: `${field}: ${message}`, errors: [{ field, message }] } }
}

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly answer: ControlAnswer }

function fieldsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(String)
  return [issue.path.map(String).join('.') || 'body']
}

function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'is no field of this request' : issue.message
}

/** The input as its schema has it, or 400 with every field that is wrong. */
export function parsed<S extends z.ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const result = schema.safeParse(input ?? {})
  if (result.success) return { ok: true, value: result.data }
  const errors = result.error.issues
    .slice(0, 20)
    .flatMap((issue) => fieldsOf(issue).map((field) => ({ field, message: messageOf(issue) })))
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return { ok: false, answer: { status: 400, body: { code: 'invalid_request', detail, errors } } }
}
