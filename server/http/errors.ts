import { type ErrorCode, errorRegistry, type Text } from './registry.ts'

export { type ErrorCode, type ErrorEntry, errorRegistry, type Text } from './registry.ts'

/** One field that is wrong, and what would be right. */
export interface FieldError {
  /** Path in the request: `items[0].quantity`, `header.idempotency-key`, `query.limit`. */
  readonly field: string
  readonly message: string | Text
}

/** What a route adds to the registry's text. A plain string is shown in both languages. */
export interface ProblemExtra {
  readonly detail?: string | Text
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An error for the caller, by its code of the registry. Thrown by routes only, never by flows. */
export class Problem extends Error {
  readonly code: ErrorCode
  readonly statusCode: number
  readonly extra: ProblemExtra

  constructor(code: ErrorCode, extra: ProblemExtra = {}) {
    super(code)
    this.name = 'Problem'
    this.code = code
    this.statusCode = errorRegistry[code].status
    this.extra = extra
  }
}

/** RFC 9457 `application/problem+json`. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly errors?: ReadonlyArray<{ field: string; message: string }>
  readonly request_id?: string
}

export type Language = keyof Text

/** Chinese when the caller's first choice is Chinese, else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const choices = (acceptLanguage ?? '').slice(0, 200).split(',')
  const ranked = choices.map((choice, index) => {
    const [tag = '', ...parameters] = choice.trim().toLowerCase().split(';')
    const quality = parameters
      .map((p) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(p)?.[1])
      .find(Boolean)
    return { tag: tag.trim(), quality: Number(quality ?? 1), index }
  })
  ranked.sort((a, b) => b.quality - a.quality || a.index - b.index)
  return ranked[0]?.tag.startsWith('zh') ? 'zh' : 'en'
}

/**
 * The body of an answer. A 404 carries no request id (it stands in the header), because a foreign
 * thing and one that never was must give the same bytes.
 */
export function problemBody(problem: Problem, language: Language, requestId: string): ProblemBody {
  const entry = errorRegistry[problem.code]
  const { detail, errors } = problem.extra
  return {
    type: `urn:minitill:error:${problem.code}`,
    title: entry.title[language],
    status: entry.status,
    code: problem.code,
    detail:
      detail === undefined
        ? `${entry.detail[language]}${language === 'en' ? ' ' : ''}${entry.remedy[language]}`
        : inLanguage(detail, language),
    ...(errors && errors.length > 0
      ? {
          errors: errors.map((e) => ({ field: e.field, message: inLanguage(e.message, language) })),
        }
      : {}),
    ...(problem.code === 'not_found' ? {} : { request_id: requestId }),
  }
}

function inLanguage(words: string | Text, language: Language): string {
  return typeof words === 'string' ? words : words[language]
}
