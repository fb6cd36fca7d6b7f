// The calling convention of asynchronous wx.* functions: success or fail, then complete, never in
// the caller's own turn; a Promise when no callback is given; `errMsg` says how it went.
// Source: developers.weixin.qq.com/miniprogram/dev/framework/app-service/api.html
import { surface } from '../after.ts'
import { isRecord } from '../program.ts'

export type Options = Record<string, unknown>
export type WxFunction = (options?: unknown) => unknown
type Implementation = (options: Options) => unknown

/** A failure with an errMsg of its own; a plain Error's text follows `<api>:fail `. */
export class WxFailure extends Error {
  readonly fields: Record<string, unknown>

  constructor(reason: string, fields: Record<string, unknown> = {}) {
    super(reason)
    this.fields = fields
  }
}

/** Makes a wx.* function from what it does; `implementation` may answer a Promise. */
export function wxFunction(name: string, implementation: Implementation): WxFunction {
  return (given) => {
    const options = isRecord(given) ? given : {}
    const result = run(name, implementation, options)
    if (!['success', 'fail', 'complete'].some((key) => typeof options[key] === 'function')) {
      return result
    }
    result.then(
      (answer) => callBack(options, 'success', answer),
      (failure: unknown) => callBack(options, 'fail', failure),
    )
    return undefined
  }
}

/** Calls success or fail, then complete; what one throws surfaces without stopping the other. */
export function callBack(options: Options, which: 'success' | 'fail', answer: unknown): void {
  for (const name of [which, 'complete']) {
    const callback = options[name]
    if (typeof callback !== 'function') continue
    try {
      callback(answer)
    } catch (error) {
      surface(error)
    }
  }
}

async function run(name: string, implementation: Implementation, options: Options) {
  await Promise.resolve()
  try {
    const answer = await implementation(options)
    return { ...(isRecord(answer) ? answer : {}), errMsg: `${name}:ok` }
  } catch (error) {
    throw failureOf(name, error)
  }
}

/** The object that fail and complete get. */
export function failureOf(name: string, error: unknown): Record<string, unknown> {
  const reason = error instanceof Error ? error.message : String(error)
  const fields = error instanceof WxFailure ? error.fields : {}
  return { errMsg: `${name}:fail ${reason}`.trim(), ...fields }
}

/**
 * Refuses wrong types as the client does, before anything is asked of the server:
 * `<api>:fail parameter error: parameter.<name> should be String instead of Undefined;`
 */
export function requireTypes(options: Options, types: Record<string, string>): void {
  const clauses = Object.entries(types).flatMap(([name, wanted]) => {
    const found = Object.prototype.toString.call(options[name]).slice(8, -1)
    return found === wanted ? [] : [`parameter.${name} should be ${wanted} instead of ${found};`]
  })
  if (clauses.length > 0) {
    throw new WxFailure(`parameter error: ${clauses.join('')}`, { errno: 1001 })
  }
}
