import type { App } from '../state.ts'
import { type MiniAnswer, miniBody, miniError } from './mini-answer.ts'
import { isApp, tokenHolder } from './token.ts'
import type { Context, Json } from './wire.ts'

export type MiniFields = { readonly [key: string]: Json }

/** What an interface that takes JSON by POST says to the app whose token the call carries. */
export type MiniPost = (context: Context, app: App, body: MiniFields) => MiniAnswer

export const MINI_OK: MiniAnswer = { errcode: 0, errmsg: 'ok' }

/** The checks that all of them share: method, token, a body, and that it is a JSON object. */
export function miniPost(endpoint: MiniPost): (context: Context) => MiniAnswer {
  return (context) => {
    const { world, request } = context
    if (request.method !== 'POST') return miniError(world, 43002)
    const app = tokenHolder(context)
    if (!isApp(app)) return app
    if (request.body.length === 0) return miniError(world, 44002)
    const body = miniBody(context)
    return body === null ? miniError(world, 47001) : endpoint(context, app, body)
  }
}

/** An object, or undefined for anything else. */
export function objectOf(value: Json | undefined): MiniFields | undefined {
  const is = typeof value === 'object' && value !== null && !Array.isArray(value)
  return is ? (value as MiniFields) : undefined
}
